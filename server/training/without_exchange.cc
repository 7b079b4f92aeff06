#include "server/training/without_exchange.h"

#include <optional>
#include <utility>

#include "modules/optim/early_stopping.h"

namespace consilium::training {

StatusOr<std::vector<float>> TrainWithoutExchange(Learner& learner, int rounds,
                                                  const std::atomic<bool>& stop) {
  LearnerFacts facts = learner.Facts();
  const LearnerParts parts = learner.Parts();
  RETURN_IF_ERROR(learner.UseStatistics(facts.statistics));
  std::vector<float> parameters = std::move(facts.initial_parameters);
  optim::EarlyStopping stopping(facts.early_stopping);
  std::vector<float> best;
  for (int round = 1; round <= rounds && !stopping.Over(); ++round) {
    RETURN_IF_ERROR(learner.TrainRound({.round = round}, parameters, stop).status());
    if (!stopping.enabled() || parts.validation == nullptr) continue;
    const std::optional<double> loss = parts.validation->Loss(parameters);
    if (loss && stopping.Improves(*loss)) best = parameters;
  }
  if (!best.empty()) parameters = std::move(best);
  if (parts.selection != nullptr) {
    ASSIGN_OR_RETURN(const std::vector<double> sums, parts.selection->Sums(parameters, stop));
    ASSIGN_OR_RETURN(parameters, parts.selection->Select(sums, parameters));
  }
  if (parts.calibration != nullptr) {
    ASSIGN_OR_RETURN(const std::vector<double> sums, parts.calibration->Sums(parameters, stop));
    RETURN_IF_ERROR(parts.calibration->Use(sums));
  }
  return parameters;
}

}  // namespace consilium::training
