#ifndef CONSILIUM_MODULES_MODN_FUSION_NETWORK_H_
#define CONSILIUM_MODULES_MODN_FUSION_NETWORK_H_

#include <cstdint>
#include <span>
#include <vector>

#include "modules/aligned.h"
#include "modules/nn/kernels.h"

namespace consilium::modn {

// An ordinary network: linear layers with ReLU between them and the logits of every outcome side by
// side at the end. Layer l of the flat parameters is [outputs, inputs + 1], the biases last.
// Keeps its working memory from call to call, so not thread-safe.
template <typename Scalar>
class FusionNetwork {
 public:
  // All sizes positive; `hidden` may be empty. classes: by outcome.
  FusionNetwork(int inputs, std::span<const int> hidden, std::vector<int> classes,
                const nn::Kernels<Scalar>& kernels = nn::BestKernels<Scalar>());

  size_t size() const { return size_; }  // parameters

  // Numbers of one patient's row of inputs: the inputs, then 1, then zeros.
  int input_row() const { return layers_.front().input_row; }

  // Seeded starting values: Kaiming-uniform weights (He et al. 2015), biases 0.
  void Initialise(uint64_t seed, std::span<Scalar> parameters) const;

  // x: [n, input_row()]. labels[outcome * n + i]: a class, or negative for unknown. Returns the sum
  // over outcomes of the mean NLL over known labels and adds its gradient to `gradient`.
  double AddGradient(std::span<const Scalar> parameters, int n, const Scalar* x,
                     std::span<const int32_t> labels, std::span<Scalar> gradient);

  // probabilities[outcome]: [n, classes]
  std::vector<std::vector<float>> Predict(std::span<const Scalar> parameters, int n,
                                          const Scalar* x);

 private:
  struct Layer {
    int inputs = 0, outputs = 0;
    int input_row = 0, output_row = 0;    // padded, with room for the constant 1
    size_t offset = 0;                    // into the parameters
    AlignedVector<Scalar> weights;        // [outputs, input_row]
    AlignedVector<Scalar> transposed;     // [inputs + 1, output_row]
    AlignedVector<Scalar> sums;           // like weights: the gradient
    AlignedVector<Scalar> values, delta;  // [n, output_row]: outputs and dL/d(outputs)
  };

  void Load(std::span<const Scalar> parameters);
  void Forward(int n, const Scalar* x);
  double SoftmaxLoss(int n, std::span<const int32_t> labels);
  void Backward(int n, const Scalar* x, std::span<Scalar> gradient);
  void AddLayerGradient(int n, const Scalar* x, Layer& layer, std::span<Scalar> gradient);

  const nn::Kernels<Scalar>& kernels_;
  std::vector<int> classes_;
  std::vector<Layer> layers_;
  size_t size_ = 0;
  AlignedVector<Scalar> logits_;  // [classes of all outcomes, n padded]
  std::vector<int32_t> labels_;
  std::vector<Scalar> weights_;
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_FUSION_NETWORK_H_
