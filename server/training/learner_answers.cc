#include "server/training/learner_answers.h"

namespace consilium::training {

std::string SaveState(Learner& learner) {
  const KeptState* kept = learner.Parts().state;
  return kept == nullptr ? std::string() : kept->Save();
}

Status RestoreState(Learner& learner, std::string_view state) {
  KeptState* kept = learner.Parts().state;
  return kept == nullptr ? OkStatus() : kept->Restore(state);
}

StatusOr<Report> ReportOf(Learner& learner, std::span<const float> parameters,
                          const std::atomic<bool>& stop) {
  Evaluation* evaluation = learner.Parts().evaluation;
  if (evaluation != nullptr) return evaluation->Score(parameters, stop);
  return Report{learner.Facts().training_patients, 0, {}};
}

}  // namespace consilium::training
