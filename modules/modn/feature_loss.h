#ifndef CONSILIUM_MODULES_MODN_FEATURE_LOSS_H_
#define CONSILIUM_MODULES_MODN_FEATURE_LOSS_H_

#include <cstdint>
#include <vector>

#include "modules/modn/examples.h"
#include "modules/modn/feature_decoding.h"
#include "modules/modn/feature_loss_options.h"
#include "modules/modn/forward_pass.h"
#include "modules/modn/row_gradients.h"

namespace consilium::modn {

// The part of the loss that trains feature decoders: from a patient's state at some step they tell
// all answers of that patient, those given so far and those still to come (or hidden). The paper
// decodes after every level of questions and sums; here `decoded_rows` steps of each patient are
// drawn in every pass, which has the same expectation as the mean over all of the patient's steps.
// Every patient counts the same, and of a patient every answer. Not thread-safe.
template <typename Scalar>
class FeatureLoss {
 public:
  FeatureLoss(const Architecture& architecture, const nn::Kernels<Scalar>& kernels);

  // `pass` has just run over patients begin <= i of the batch. Returns the loss, adds its gradient
  // to `gradient`, and that of the states to `rows`.
  double Run(const PackedFeatureDecoders<Scalar>& decoders, const BasicExamples<Scalar>& examples,
             const Batch& batch, int begin, const FeatureLossOptions& options,
             const ForwardPass<Scalar>& pass, FeatureDecodersGradient<Scalar>& gradient,
             RowGradients<Scalar>& rows);

 private:
  // One state of one patient, and which answers it is to tell: all, or that to one question.
  struct Sample {
    int row = 0;
    int patient = 0;    // counted from `begin`
    int question = -1;  // the last one asked; -1: none
    int only = -1;      // a feature
    Scalar weight = 0;
  };

  void FindPositions(const Batch& batch, int begin, int patients);
  void ChooseRows(const Batch& batch, int begin, const FeatureLossOptions& options,
                  const ForwardPass<Scalar>& pass);
  void AddRepeated(const Batch& batch, const FeatureLossOptions& options,
                   const ForwardPass<Scalar>& pass);
  void CountKnown(const BasicExamples<Scalar>& examples, const Batch& batch, int begin,
                  int patients);
  void Target(const BasicExamples<Scalar>& examples, const Batch& batch, int begin,
              const FeatureLossOptions& options, int feature);
  double Loss(const FeatureDecoderPlace& place);

  const nn::Kernels<Scalar>& kernels_;
  FeatureDecoding<Scalar> decoding_;
  const size_t features_;

  std::vector<Sample> samples_;
  std::vector<int> answers_, known_;  // by patient
  std::vector<int> chain_;            // rows of one patient, the last first
  // By feature (and patient, if each has an order): its question, or one never reached.
  std::vector<int> position_;
  // One feature's targets, by sample: what it is, and how much it counts.
  std::vector<Scalar> values_, weights_;
  std::vector<int32_t> labels_;
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_FEATURE_LOSS_H_
