#ifndef CONSILIUM_MODULES_MODN_PARALLEL_FUSION_H_
#define CONSILIUM_MODULES_MODN_PARALLEL_FUSION_H_

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/status.h"
#include "modules/modn/architecture.h"
#include "modules/modn/examples.h"
#include "modules/modn/masking.h"
#include "modules/modn/standardised_inputs.h"

namespace consilium::modn {

struct ParallelFusionOptions {
  std::vector<int> hidden = {32, 32};
  bool indicators = false;  // one more input for each feature: is it missing?
  int passes = 40;          // over the patients, at a learning rate that falls as a cosine to ...
  double learning_rate = 2e-3;
  double final_learning_rate = 0;
  double weight_decay = 0;
  double gradient_clip = 10;
  double answer_dropout = 0;
  Masking masking = Masking::kNone;
  int batch = 32;
  uint64_t seed = 1;
};

// The baseline that sequential fusion is compared with, P-Fusion of MultiModN
// (docs/papers.md, MultiModN), and the MLP with mean imputation: all features side by side, the
// mean where one is missing, one network with a softmax for every outcome, Adam. Immutable.
class ParallelFusion {
 public:
  // Trains on those of `patients` with a known label; fails without any, with Cancelled when
  // `stop`, asked before every batch, says true, and with Internal if training left the finite
  // numbers. The same patients and options give the same bits.
  static StatusOr<ParallelFusion> Fit(const Architecture& architecture, const Examples& examples,
                                      std::span<const int> patients,
                                      const ParallelFusionOptions& options,
                                      const std::function<bool()>& stop = nullptr);

  // probabilities[outcome]: [patients, classes]
  std::vector<std::vector<float>> Predict(const Examples& examples,
                                          std::span<const int> patients) const;

 private:
  explicit ParallelFusion(StandardisedInputs inputs) : inputs_(std::move(inputs)) {}

  StandardisedInputs inputs_;
  std::vector<int> hidden_, classes_;
  std::vector<float> parameters_;
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_PARALLEL_FUSION_H_
