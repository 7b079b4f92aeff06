#include "server/training/start.h"

#include <algorithm>

#include "server/data/examples.h"
#include "server/data/normalisation.h"
#include "server/training/module_names.h"
#include "server/training/schema_match.h"

namespace consilium::training {
namespace {

constexpr char kBoth[] = "the start model and this site";

// Of every feature and outcome that both schemas have.
Status CheckSameMeaning(const data::Schema& schema, const data::Schema& start) {
  for (const data::Feature& feature : schema.features) {
    const int known = start.FindFeature(feature.key);
    if (known < 0) continue;
    RETURN_IF_ERROR(
        training::CheckSameMeaning(feature, start.features[static_cast<size_t>(known)], kBoth));
  }
  for (const data::Outcome& outcome : schema.outcomes) {
    const int known = start.FindOutcome(outcome.key);
    if (known < 0) continue;
    RETURN_IF_ERROR(
        training::CheckSameMeaning(outcome, start.outcomes[static_cast<size_t>(known)], kBoth));
  }
  return OkStatus();
}

}  // namespace

StatusOr<Start> Start::Create(const data::Schema& schema, const nn::Layout& layout,
                              const TrainingOptions& options, const Model* model) {
  if (model == nullptr && !(options.start_model.empty() && options.start_run.empty())) {
    return FailedPrecondition("the plan's [start] names a model, but none was given");
  }
  Start start;
  start.known_.assign(layout.modules().size(), 0);
  start.fine_tune_ = options.fine_tune;
  if (model != nullptr) {
    RETURN_IF_ERROR(start.TakeModules(schema, layout, options, *model));
    start.TakeStatistics(schema, *model);
  }
  ASSIGN_OR_RETURN(start.frozen_, MatchModules(layout, options.freeze, "freeze"));
  if (options.train == TrainedModules::kNew) {
    for (size_t m = 0; m < start.known_.size(); ++m) start.frozen_[m] |= start.known_[m];
  }
  if (std::ranges::find(start.frozen_, 0) == start.frozen_.end()) {
    return InvalidArgument("nothing is left to train: every module is frozen{}",
                           options.train == TrainedModules::kNew
                               ? " or in the start model, and the plan trains new ones only"
                               : "");
  }
  return start;
}

Status Start::TakeModules(const data::Schema& schema, const nn::Layout& layout,
                          const TrainingOptions& options, const Model& model) {
  RETURN_IF_ERROR(CheckSameMeaning(schema, model.schema));
  if (model.state != options.state || model.hidden != options.hidden) {
    return InvalidArgument(
        "the start model has state = {} and hidden = {}, the plan's [model] {} and {}: give the "
        "plan the same",
        model.state, model.hidden, options.state, options.hidden);
  }
  const nn::Layout theirs = modn::MakeLayout(
      data::ArchitectureOf(model.schema, model.state, model.hidden, model.feature_decoder_hidden));
  if (model.parameters.size() != theirs.size()) {
    return DataLoss("the start model has {} parameters, its schema implies {}",
                    model.parameters.size(), theirs.size());
  }
  for (size_t m = 0; m < layout.modules().size(); ++m) {
    const nn::ModuleShape& module = layout.modules()[m];
    const int from = FindAnyVersion(theirs, module.id);
    if (from < 0) continue;
    if (theirs.modules()[static_cast<size_t>(from)].tensors != module.tensors) {
      return InvalidArgument("{} has other tensors in the start model than at this site",
                             PlainName(module.id));
    }
    const auto values = nn::Slice<const float>(model.parameters, theirs.module_block(from));
    copies_.push_back({m, layout.module_block(static_cast<int>(m)),
                       std::vector<float>(values.begin(), values.end())});
    known_[m] = 1;
  }
  if (!copies_.empty()) return OkStatus();
  return InvalidArgument(
      "the start model, of schema '{}', has no module in common with schema '{}'",
      model.schema.name, schema.name);
}

void Start::TakeStatistics(const data::Schema& schema, const Model& model) {
  if (model.statistics.empty()) return;  // normalised by the schema
  statistics_.resize(data::StatisticsSize(schema));
  known_statistics_.resize(statistics_.size());
  for (size_t f = 0; f < schema.features.size(); ++f) {
    const int known = model.schema.FindFeature(schema.features[f].key);
    if (known < 0) continue;
    const Block to = StatisticsBlock(schema, static_cast<int>(f));
    const Block from = StatisticsBlock(model.schema, known);
    for (size_t i = 0; i < to.size; ++i) {
      statistics_[to.offset + i] = model.statistics[from.offset + i];
      known_statistics_[to.offset + i] = 1;
    }
  }
}

void Start::CopyParameters(std::span<float> parameters) const {
  for (const Copy& copy : copies_) {
    std::ranges::copy(copy.parameters, nn::Slice(parameters, copy.to).begin());
  }
}

void Start::CopyStatistics(std::span<double> statistics) const {
  for (size_t i = 0; i < known_statistics_.size(); ++i) {
    if (known_statistics_[i] != 0) statistics[i] = statistics_[i];
  }
}

bool Start::Trains(size_t module, int round) const {
  if (frozen_[module] != 0) return false;
  return known_[module] == 0 || round > fine_tune_;
}

}  // namespace consilium::training
