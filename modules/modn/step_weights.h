#ifndef CONSILIUM_MODULES_MODN_STEP_WEIGHTS_H_
#define CONSILIUM_MODULES_MODN_STEP_WEIGHTS_H_

#include <vector>

#include "modules/modn/examples.h"
#include "modules/modn/forward_pass.h"
#include "modules/modn/objective.h"

namespace consilium::modn {

// What the means of the loss divide by: counted over the whole batch before it is cut.
template <typename Scalar>
struct BatchCounts {
  std::vector<int> answers;   // by question of the order: patients who answered
  std::vector<int> labelled;  // by outcome: patients with a known label or target
  int patients = 0;
  int repeated = 0;  // of the questions

  void Count(const BasicExamples<Scalar>& examples, const Batch& batch);
};

// How much each row of a forward pass counts in the loss, as LossOptions say.
//
// A patient's row stands for all steps until the next answer: its decode is computed once and
// weighed by their number (StepWeights::kEveryStep) or by the patient's share.
template <typename Scalar>
class RowWeights {
 public:
  void Compute(const LossOptions& options, const BatchCounts<Scalar>& counts, int state,
               const ForwardPass<Scalar>& pass);

  // Weight of the row's NLL before division by the outcome's labelled patients. Of row 0 nothing:
  // there every patient has a weight of its own.
  const std::vector<Scalar>& nll() const { return nll_; }
  const std::vector<Scalar>& initial_nll() const { return initial_nll_; }  // by patient

  // Coefficient c of c/2 |s - s_previous|^2.
  const std::vector<Scalar>& change() const { return change_; }

 private:
  void EveryStep(const LossOptions& options, const BatchCounts<Scalar>& counts, int state,
                 const ForwardPass<Scalar>& pass);
  void FixedShare(const LossOptions& options, const BatchCounts<Scalar>& counts, int state);
  void OwnSteps(const LossOptions& options, const BatchCounts<Scalar>& counts, int state,
                const ForwardPass<Scalar>& pass);
  void Repeated(const LossOptions& options, const BatchCounts<Scalar>& counts, int state,
                const ForwardPass<Scalar>& pass);

  std::vector<Scalar> nll_, initial_nll_, change_;
  std::vector<int> answers_;  // by patient
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_STEP_WEIGHTS_H_
