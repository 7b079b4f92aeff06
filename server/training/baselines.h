#ifndef CONSILIUM_SERVER_TRAINING_BASELINES_H_
#define CONSILIUM_SERVER_TRAINING_BASELINES_H_

#include <atomic>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "modules/modn/architecture.h"
#include "modules/modn/examples.h"
#include "server/training/options.h"

// Models that predictions are compared with. A plan names them; "local" is this site's own training
// without any exchange, and "pooled" or "pooled_..." is trained on all sites' patients in one place
// (simulate only).
namespace consilium::training {

// Borrows for the call.
struct BaselineCase {
  const modn::Architecture& architecture;
  const modn::Examples& train;
  const modn::Examples& test;
  // The networks among the baselines train as long, as fast, in batches as large and with the same
  // masking as the plan's own model; but by Adam, and no answer is dropped.
  const TrainingOptions& options;
  uint64_t seed;
  int rounds;
  const std::atomic<bool>& stop;  // once true, what is returned means nothing
};

// [outcome][patient of `test`, class]
using OutcomeProbabilities = std::vector<std::vector<float>>;

struct Baseline {
  std::string_view name;  // "logistic_regression"
  // Fits on `train`, predicts `test`. An outcome that cannot be fitted (nobody's is known) is
  // predicted as uniform; where a network leaves the finite numbers, as the classes' shares.
  OutcomeProbabilities (*predict)(const BaselineCase& baseline_case);
};

// Those fitted to examples alone.
std::span<const Baseline> AllBaselines();
const Baseline* FindBaseline(std::string_view name);

// All that a plan may name: the above, local, and the same trained on pooled patients.
std::vector<std::string> BaselineNames();

inline constexpr std::string_view kPooledPrefix = "pooled_";

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_BASELINES_H_
