#ifndef CONSILIUM_MODULES_MODN_READING_LOSS_H_
#define CONSILIUM_MODULES_MODN_READING_LOSS_H_

#include <cstdint>
#include <vector>

#include "modules/modn/examples.h"
#include "modules/modn/forward_pass.h"
#include "modules/modn/step_weights.h"

namespace consilium::modn {

// How wrong the readings of a forward pass are: the weighted NLL of all outcomes after all steps.
// Not thread-safe; keeps its memory from run to run.
template <typename Scalar>
class ReadingLoss {
 public:
  // `squashed`: see LossOptions.
  ReadingLoss(const Architecture& architecture, const nn::Kernels<Scalar>& kernels)
      : architecture_(architecture), kernels_(kernels) {}

  // `pass` has run over patients begin <= i of the batch. Turns all its logits into gradients;
  // returns the weighted NLL. Rows count as `weights` say, row 0 by patient.
  double Run(const BasicExamples<Scalar>& examples, const Batch& batch, int begin, bool squashed,
             const BatchCounts<Scalar>& counts, const RowWeights<Scalar>& weights,
             ForwardPass<Scalar>& pass);

 private:
  double Classes(const std::vector<int32_t>& labels, int classes, Scalar share, const Batch& batch,
                 int begin, const RowWeights<Scalar>& weights, const ForwardPass<Scalar>& pass,
                 Scalar* z);
  double InitialClasses(int classes, ptrdiff_t stride, const Scalar* logits, Scalar* z) const;
  double Number(const std::vector<Scalar>& targets, Scalar share, const Batch& batch, int begin,
                const RowWeights<Scalar>& weights, const ForwardPass<Scalar>& pass, Scalar* z);
  void Squash(int classes, const ForwardPass<Scalar>& pass, Scalar* z);
  void Unsquash(int classes, const ForwardPass<Scalar>& pass, Scalar* z) const;

  const Architecture architecture_;
  const nn::Kernels<Scalar>& kernels_;

  std::vector<int32_t> chunk_labels_, row_labels_;
  std::vector<Scalar> row_weights_, class_weights_, initial_logits_;
  AlignedVector<Scalar> squashed_;
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_READING_LOSS_H_
