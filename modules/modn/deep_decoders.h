#ifndef CONSILIUM_MODULES_MODN_DEEP_DECODERS_H_
#define CONSILIUM_MODULES_MODN_DEEP_DECODERS_H_

#include <span>
#include <vector>

#include "modules/modn/architecture.h"
#include "modules/nn/layout.h"
#include "modules/nn/linear.h"

namespace consilium::modn {

// The decoders of a network that have a hidden layer: z = W2 relu(W1 s + b1) + b2. Immutable but
// for Load.
template <typename Scalar>
class DeepDecoders {
 public:
  // States stand in rows of `state_row` numbers.
  DeepDecoders(const Architecture& architecture, int state_row);

  void Load(const nn::Layout& layout, std::span<const Scalar> parameters);

  int size() const { return static_cast<int>(decoders_.size()); }
  // Numbers in a row of the d-th decoder's hidden layer, and of its output.
  int hidden_row(int d) const { return At(d).first.output_row(); }
  int output_row(int d) const { return At(d).second.output_row(); }
  int first_class(int d) const { return At(d).first_class; }
  int outputs(int d) const { return At(d).outputs; }

  // From states [n, state_row] to hidden [n, hidden_row] and z [n, output_row].
  void Forward(const nn::Kernels<Scalar>& kernels, int d, int n, const Scalar* states,
               Scalar* hidden, Scalar* z) const;

  // A gradient as these loops want it: gradient_size(d) numbers.
  size_t gradient_size(int d) const;
  // From dL/dz [n, output_row]: adds to `gradient` and to dL/d(states); overwrites hidden_gradient
  // [n, hidden_row].
  void Backward(const nn::Kernels<Scalar>& kernels, int d, int n, const Scalar* states,
                const Scalar* hidden, const Scalar* z_gradient, Scalar* hidden_gradient,
                Scalar* gradient, Scalar* states_gradient) const;
  // Adds a gradient to module m's part of a flat one, if that is one of these.
  void AddModule(const nn::Layout& layout, int m,
                 const std::vector<AlignedVector<Scalar>>& gradients, std::span<Scalar> flat) const;

 private:
  struct Decoder {
    int module, first_class, outputs;
    nn::Linear<Scalar> first, second;
  };
  const Decoder& At(int d) const { return decoders_[static_cast<size_t>(d)]; }

  std::vector<Decoder> decoders_;
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_DEEP_DECODERS_H_
