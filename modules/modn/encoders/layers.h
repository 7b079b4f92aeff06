#ifndef CONSILIUM_MODULES_MODN_ENCODERS_LAYERS_H_
#define CONSILIUM_MODULES_MODN_ENCODERS_LAYERS_H_

#include <span>

#include "modules/modn/encoders/modality_encoder.h"
#include "modules/nn/linear.h"

// What the kinds of encoder share.
namespace consilium::modn {

inline size_t Numbers(int rows, int row) {
  return static_cast<size_t>(rows) * static_cast<size_t>(row);
}

// Slots of a tape that Join and LayerGradient use; a kind's own begin at kFirstOwn.
struct TapeSlot {
  static constexpr size_t kJoined = 0, kJoinedGradient = 1, kWeights = 2, kFirstOwn = 3;
};

// One linear layer as part of a module: its w and b stand side by side in the flat parameters.
template <typename Scalar>
class Layer {
 public:
  Layer(int inputs, int outputs, int blocks, const nn::Kernels<Scalar>& kernels)
      : weights_(Numbers(inputs, outputs * blocks)),
        biases_(Numbers(outputs, blocks)),
        kernels_(kernels),
        linear_(inputs, outputs, blocks) {}

  const nn::Linear<Scalar>& linear() const { return linear_; }
  size_t size() const { return weights_ + biases_; }

  // Loads from, and returns what follows of, a module's parameters.
  std::span<const Scalar> Load(std::span<const Scalar> parameters) {
    linear_.Load(parameters.first(weights_), parameters.subspan(weights_, biases_));
    return parameters.subspan(size());
  }

  void Forward(int n, const Scalar* x, Scalar* y) const { linear_.Forward(kernels_, n, x, y); }

  // Adds to the layer's part of the gradient, [w, b], and to x_gradient unless null.
  void Backward(int n, const Scalar* x, const Scalar* y_gradient, int y_row, Tape<Scalar>& tape,
                std::span<Scalar> gradient, Scalar* x_gradient) const;

 private:
  size_t weights_, biases_;
  const nn::Kernels<Scalar>& kernels_;
  nn::Linear<Scalar> linear_;
};

// The last layer of every encoder: e = W [h; s] + b, or W h + b if the state joined before.
template <typename Scalar>
class Join {
 public:
  Join(int units, int state, bool with_state, const nn::Kernels<Scalar>& kernels)
      : units_(units),
        state_(state),
        with_state_(with_state),
        kernels_(kernels),
        layer_(units + (with_state ? state : 0), state, 1, kernels) {}

  void Load(std::span<const Scalar> parameters) { layer_.Load(parameters); }

  // h [rows, h_row]; after += e
  void Forward(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape, const Scalar* h, int h_row,
               Scalar* after) const;

  // Sets h_gradient [rows, h_row]; adds to `gradient`, whose end is this layer's, and to
  // states_gradient.
  void Backward(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape, const Scalar* after_gradient,
                std::span<Scalar> gradient, Scalar* h_gradient, int h_row,
                Scalar* states_gradient) const;

 private:
  int units_, state_;
  bool with_state_;
  const nn::Kernels<Scalar>& kernels_;
  Layer<Scalar> layer_;
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_ENCODERS_LAYERS_H_
