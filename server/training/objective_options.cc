#include "server/training/objective_options.h"

#include <algorithm>

#include "modules/modn/levels.h"

namespace consilium {
namespace {

StepWeights StepWeightsOf(const std::string& name) {
  return name == "every"   ? StepWeights::kEveryStep
         : name == "fixed" ? StepWeights::kFixedShare
                           : StepWeights::kOwnSteps;
}

}  // namespace

QuestionOrder QuestionOrderOf(const std::string& name) {
  return name == "fixed" ? QuestionOrder::kFixed
         : name == "own" ? QuestionOrder::kOwn
                         : QuestionOrder::kShuffled;
}

LossOptions LossOptionsOf(const TrainingOptions& options) {
  LossOptions loss{.steps = StepWeightsOf(options.step_weights),
                   .state_change_penalty = options.state_change_penalty,
                   .features = options.features};
  if (options.feature_decoder_hidden == 0) loss.features.decoding = 0;
  return loss;
}

std::vector<int> QuestionLevels(const TrainingOptions& options, const Schema& schema,
                                const Examples& examples) {
  if (options.question_levels == "derived") return LevelsFromMissingness(examples);
  std::vector<int> levels;
  if (options.question_levels != "groups") return levels;
  for (const Feature& feature : schema.features) {
    const auto group = std::ranges::find(schema.groups, feature.group, &Group::key);
    levels.push_back(static_cast<int>(group - schema.groups.begin()));
  }
  return levels;
}

}  // namespace consilium
