#include "server/training/learner.h"

#include <utility>

#include "modules/optim/early_stopping.h"

namespace consilium::training {

void Learner::UseThreads(const nn::Parallel&) {}

HeldOutPredictions Learner::PredictValidation(std::span<const float>) const { return {}; }

std::optional<double> Learner::ValidationLoss(std::span<const float>) const { return std::nullopt; }

StatusOr<std::vector<double>> Learner::SelectionSums(std::span<const float>,
                                                     const std::atomic<bool>&) {
  return std::vector<double>{};
}

StatusOr<std::vector<float>> Learner::Select(std::span<const double>,
                                             std::span<const float> parameters) {
  return std::vector<float>(parameters.begin(), parameters.end());
}

StatusOr<std::vector<double>> Learner::CalibrationSums(std::span<const float>,
                                                       const std::atomic<bool>&) {
  return std::vector<double>{};
}

Status Learner::UseCalibration(std::span<const double>) { return OkStatus(); }

StatusOr<std::vector<float>> TrainWithoutExchange(Learner& learner, int rounds,
                                                  const std::atomic<bool>& stop) {
  RETURN_IF_ERROR(learner.UseStatistics(learner.Statistics()));
  std::vector<float> parameters = learner.InitialParameters();
  optim::EarlyStopping stopping(learner.early_stopping());
  std::vector<float> best;
  for (int round = 1; round <= rounds && !stopping.Over(); ++round) {
    RETURN_IF_ERROR(
        learner.TrainRound({.round = round, .correction = {}}, parameters, stop).status());
    if (!stopping.enabled()) continue;
    const std::optional<double> loss = learner.ValidationLoss(parameters);
    if (loss && stopping.Improves(*loss)) best = parameters;
  }
  if (!best.empty()) parameters = std::move(best);
  if (learner.selection_size() > 0) {
    ASSIGN_OR_RETURN(const std::vector<double> sums, learner.SelectionSums(parameters, stop));
    ASSIGN_OR_RETURN(parameters, learner.Select(sums, parameters));
  }
  if (learner.calibration_size() > 0) {
    ASSIGN_OR_RETURN(const std::vector<double> sums, learner.CalibrationSums(parameters, stop));
    RETURN_IF_ERROR(learner.UseCalibration(sums));
  }
  return parameters;
}

}  // namespace consilium::training
