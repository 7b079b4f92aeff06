#ifndef CONSILIUM_MODULES_MODN_BACKWARD_PASS_H_
#define CONSILIUM_MODULES_MODN_BACKWARD_PASS_H_

#include <span>

#include "modules/modn/examples.h"
#include "modules/modn/forward_pass.h"
#include "modules/modn/packed_network.h"
#include "modules/modn/reading_loss.h"
#include "modules/modn/row_gradients.h"
#include "modules/modn/step_weights.h"

namespace consilium::modn {

// From a forward pass back to the gradient of the loss: backpropagation through the questions in
// reverse order. Not thread-safe; keeps its memory from run to run.
template <typename Scalar>
class BackwardPass {
 public:
  BackwardPass(const Architecture& architecture, const nn::Kernels<Scalar>& kernels);

  // `pass` has just run with `read` over patients begin <= i of the batch; its logits become their
  // gradients. `rows` has what losses of others say of the states. Returns the patients' part of
  // the loss, without those, and adds their part of the gradient, with those.
  Loss Run(const PackedNetwork<Scalar>& network, const BasicExamples<Scalar>& examples,
           const Batch& batch, int begin, const LossOptions& options,
           const BatchCounts<Scalar>& counts, const RowGradients<Scalar>& rows,
           ForwardPass<Scalar>& pass, PackedGradient<Scalar>& gradient);

 private:
  using Segment = typename ForwardPass<Scalar>::Segment;
  using Encoder = typename PackedNetwork<Scalar>::Encoder;
  using EncoderGradient = typename PackedGradient<Scalar>::Encoder;

  double Step(const PackedNetwork<Scalar>& network, const Segment& segment,
              const RowGradients<Scalar>& rows, ForwardPass<Scalar>& pass,
              PackedGradient<Scalar>& gradient);
  void EncoderStep(const Encoder& encoder, int width, int first, int end,
                   const ForwardPass<Scalar>& pass, EncoderGradient& gradient);
  void ModalityStep(const ModalityEncoder<Scalar>& encoder, const Segment& segment,
                    ForwardPass<Scalar>& pass, std::span<Scalar> gradient);
  void DeepDecodersBack(const DeepDecoders<Scalar>& decoders, int first, int end,
                        const ForwardPass<Scalar>& pass, PackedGradient<Scalar>& gradient,
                        Scalar* states_gradient);
  void FinishInitialState(const PackedNetwork<Scalar>& network, const RowGradients<Scalar>& rows,
                          const ForwardPass<Scalar>& pass, PackedGradient<Scalar>& gradient);

  const Architecture architecture_;
  const RowLengths lengths_;
  const nn::Kernels<Scalar>& kernels_;
  const Scalar one_ = 1;

  RowWeights<Scalar> weights_;
  ReadingLoss<Scalar> reading_;
  AlignedVector<Scalar> by_patient_;  // dL/d(current state of the patient): [patients, state row]
  // Of one question's rows: states before, dL/d(state after), the same with the penalty, and
  // dL/d(hidden).
  AlignedVector<Scalar> before_, after_, penalised_, hidden_;
  AlignedVector<Scalar> deep_logits_, deep_hidden_;
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_BACKWARD_PASS_H_
