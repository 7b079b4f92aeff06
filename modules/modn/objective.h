#ifndef CONSILIUM_MODULES_MODN_OBJECTIVE_H_
#define CONSILIUM_MODULES_MODN_OBJECTIVE_H_

#include <memory>
#include <span>

#include "modules/modn/architecture.h"
#include "modules/modn/examples.h"
#include "modules/modn/feature_loss_options.h"
#include "modules/nn/kernels.h"
#include "modules/nn/parallel.h"

namespace consilium::modn {

// How the steps of a consultation count. Sums over outcomes but for the last.
enum class StepWeights {
  // The paper's: every decoder is read for all patients at step 0 and after every question, asked
  // or not; loss = sum over steps of the mean NLL + penalty * sum over questions of the mean
  // squared change of state over those who answered. Patients who answered little count as much
  // as others but mostly by repetition of their last prediction.
  kEveryStep,
  // Every patient's own steps: a patient with K answers has K + 1 predictions of weight 1/(K+1)
  // and K changes of state of weight 1/K; loss = mean over patients.
  kOwnSteps,
  // MultiModN's (docs/papers.md, MultiModN): with D outcomes and M questions in the batch, every
  // step of a patient has weight 1/(D (M + 1)) and every change of state 1/M, however many the
  // patient answers; loss = mean over patients. Patients who answered little count little.
  kFixedShare,
};

struct LossOptions {
  StepWeights steps = StepWeights::kOwnSteps;
  double state_change_penalty = 1;  // MultiModN: 0.01 times what it calls so
  FeatureLossOptions features = {};
  double error_penalty = 1;  // of the NLL
  // A sigmoid between the decoders and the softmax of classes, as in MultiModN's code. Only to
  // compare with it: nothing that predicts knows of it.
  bool squashed = false;
};

struct Loss {
  double nll = 0;
  double state_change = 0;  // penalty and idempotence included
  double features = 0;      // of what the feature decoders tell
  double Total() const { return nll + state_change + features; }
};

// The training loss of MoDN and its gradient (docs/papers.md, MoDN). An answer that is missing
// touches neither its patient's state nor anybody else's. Labels that are unknown contribute
// nothing; means are over the patients with a known label.
//
// A batch is cut into chunks of fixed size, whose gradients are summed in order: the same bits
// whatever the number of threads. Keeps its working memory from call to call, so not thread-safe.
template <typename Scalar>
class Objective {
 public:
  // Requires Validate(architecture).ok().
  Objective(const Architecture& architecture, LossOptions options,
            const nn::Kernels<Scalar>& kernels = nn::BestKernels<Scalar>());
  ~Objective();
  Objective(Objective&&) noexcept;
  Objective& operator=(Objective&&) noexcept;

  const nn::Layout& layout() const;

  // Returns the loss of the batch and adds its gradient to `gradient`; both spans have
  // layout().size() numbers. Requires Validate(architecture, examples).ok() and indices in range.
  Loss AddGradient(std::span<const Scalar> parameters, const BasicExamples<Scalar>& examples,
                   const Batch& batch, std::span<Scalar> gradient,
                   const nn::Parallel& parallel = {});

 private:
  struct Workspace;
  std::unique_ptr<Workspace> workspace_;
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_OBJECTIVE_H_
