#include "server/training/objective_options.h"

#include <algorithm>

#include "modules/modn/levels.h"

namespace consilium::training {
modn::LossOptions LossOptionsOf(const TrainingOptions& options) {
  modn::LossOptions loss{.steps = options.step_weights,
                         .state_change_penalty = options.state_change_penalty,
                         .features = options.features};
  if (options.feature_decoder_hidden == 0) loss.features.decoding = 0;
  return loss;
}

std::vector<int> QuestionLevels(const TrainingOptions& options, const data::Schema& schema,
                                const modn::Examples& examples) {
  if (options.question_levels == LevelSource::kDerived)
    return modn::LevelsFromMissingness(examples);
  std::vector<int> levels;
  if (options.question_levels != LevelSource::kGroups) return levels;
  for (const data::Feature& feature : schema.features) {
    const auto group = std::ranges::find(schema.groups, feature.group, &data::Group::key);
    levels.push_back(static_cast<int>(group - schema.groups.begin()));
  }
  return levels;
}

}  // namespace consilium::training
