#include "lab/experiments/interoperable.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "base/random.h"
#include "lab/experiments/real_data.h"
#include "server/data/examples.h"
#include "server/data/splits.h"
#include "server/training/compose.h"
#include "server/training/module_names.h"
#include "server/training/site_learner.h"
#include "server/training/without_exchange.h"

namespace consilium::experiments {
namespace {

struct Parts {
  data::Cohort local, central, test;
  std::vector<bool> shared;  // by feature
};

Parts Cut(const PatientsOf& patients, const InteroperableOptions& options, double share,
          uint64_t seed) {
  const auto hold_out = [&](data::Cohort& from, double part, uint64_t index) {
    const data::Split split =
        data::Holdout(from, 0, part, Random::Named(seed, "iio split", index).Bits());
    data::Cohort held = data::Select(from, split.test);
    from = data::Select(from, split.train);
    return held;
  };
  Parts parts;
  data::Cohort rest = patients.cohort;
  parts.test = hold_out(rest, options.test, 0);
  hold_out(rest, options.validation, 1);
  parts.local = hold_out(rest, options.local, 2);
  parts.central = std::move(rest);
  const size_t features = patients.schema.features.size();
  const auto order = Random::Named(seed, "iio features").Permutation(static_cast<int>(features));
  parts.shared.assign(features, false);
  const auto common = static_cast<size_t>(std::ceil(share * static_cast<double>(features) - 1e-9));
  for (size_t i = 0; i < common; ++i) parts.shared[static_cast<size_t>(order[i])] = true;
  return parts;
}

// Without the features that are not shared: as columns that are empty, or that are not there.
data::Cohort Emptied(data::Cohort cohort, const std::vector<bool>& shared) {
  for (size_t f = 0; f < shared.size(); ++f) {
    if (shared[f]) continue;
    std::ranges::fill(cohort.values[f], std::numeric_limits<double>::quiet_NaN());
  }
  return cohort;
}

template <typename Items>
void Narrow(Items& items, const std::vector<bool>& shared) {
  if (items.size() != shared.size()) return;
  Items kept;
  for (size_t f = 0; f < shared.size(); ++f) {
    if (shared[f]) kept.push_back(items[f]);
  }
  items = std::move(kept);
}

data::Cohort Narrowed(data::Cohort cohort, const std::vector<bool>& shared) {
  Narrow(cohort.values, shared);
  Narrow(cohort.payloads, shared);
  return cohort;
}

struct Trained {
  training::Model model;
  training::HeldOutPredictions test;
  TestScores scores;
};

struct Training {
  const data::Schema& schema;
  const data::Cohort& train;
  const data::Cohort& test;
  int rounds;
};

StatusOr<Trained> Train(const Training& training, const training::TrainingOptions& options,
                        uint64_t seed, const training::Model* start = nullptr) {
  static const std::atomic<bool> never = false;
  ASSIGN_OR_RETURN(const auto learner,
                   training::MakeSiteLearner(training.schema, options, seed, training.rounds,
                                             training.train, training.test, start));
  Trained trained;
  training::Model& model = trained.model;
  model.schema = training.schema;
  model.state = options.state;
  model.hidden = options.hidden;
  model.statistics = learner->Facts().statistics;
  ASSIGN_OR_RETURN(model.parameters,
                   training::TrainWithoutExchange(*learner, training.rounds, never));
  ASSIGN_OR_RETURN(auto predictions, learner->Parts().evaluation->Predict(model.parameters, never));
  trained.test = std::move(predictions.front());
  const std::vector<training::OutcomeScores> scores =
      training::ScoresOf(training.schema, {&trained.test, 1});
  const training::Scores& of = scores.front().models.front().scores;
  trained.scores = {of.auroc.value_or(NAN), of.macro_f1.value_or(NAN)};
  return trained;
}

// Columns in the order of another schema of the same features.
data::Cohort Reordered(const data::Cohort& cohort, const data::Schema& from,
                       const data::Schema& to) {
  data::Cohort reordered = cohort;
  for (size_t f = 0; f < to.features.size(); ++f) {
    const auto at = static_cast<size_t>(from.FindFeature(to.features[f].key));
    reordered.values[f] = cohort.values[at];
    if (!cohort.payloads.empty()) reordered.payloads[f] = cohort.payloads[at];
  }
  return reordered;
}

int MovedModules(const training::Model& before, const training::Model& after) {
  const nn::Layout old =
      modn::MakeLayout(data::ArchitectureOf(before.schema, before.state, before.hidden));
  const nn::Layout now =
      modn::MakeLayout(data::ArchitectureOf(after.schema, after.state, after.hidden));
  int moved = 0;
  for (size_t m = 0; m < old.modules().size(); ++m) {
    const int there = training::FindAnyVersion(now, old.modules()[m].id);
    const auto a = nn::Slice<const float>(before.parameters, old.module_block(static_cast<int>(m)));
    moved += there < 0 || !std::ranges::equal(
                              a, nn::Slice<const float>(after.parameters, now.module_block(there)));
  }
  return moved;
}

double LargestChange(const training::HeldOutPredictions& a, const training::HeldOutPredictions& b) {
  double largest = 0;
  for (size_t i = 0; i < a.probabilities[0].size(); ++i) {
    largest = std::max(
        largest, std::abs(static_cast<double>(a.probabilities[0][i] - b.probabilities[0][i])));
  }
  return largest;
}

// The large site's modules and the small site's encoders of the new features, in one model.
StatusOr<training::Model> ComposeUpdate(const training::Model& central,
                                        const training::Model& updated,
                                        const std::vector<bool>& shared) {
  training::ModulesFrom site{"small site", updated, {}};
  for (size_t f = 0; f < shared.size(); ++f) {
    if (!shared[f]) site.patterns.push_back("encoder " + updated.schema.features[f].key);
  }
  const std::vector<training::ModulesFrom> sources = {{"large site", central, {}}, site};
  ASSIGN_OR_RETURN(training::ComposedModel composed, training::Compose(sources));
  return std::move(composed.model);
}

}  // namespace

StatusOr<PatientsOf> LoadPatients(const std::string& folder, std::string_view name) {
  ASSIGN_OR_RETURN(RealData data, name == "heart" ? LoadHeart(folder) : LoadIcu(folder));
  std::map<std::string, data::Cohort> by_name;  // the cuts hang on the order
  for (size_t i = 0; i < data.sites.size(); ++i) {
    by_name[data.sites[i]] = std::move(data.cohorts[i]);
  }
  std::vector<data::Cohort> cohorts;
  for (auto& [site, cohort] : by_name) cohorts.push_back(std::move(cohort));
  return PatientsOf{std::move(data.schema), data::Concatenate(cohorts)};
}

StatusOr<InteroperableScores> RunInteroperable(const PatientsOf& patients,
                                               const InteroperableOptions& options, double share,
                                               uint64_t seed) {
  const Parts parts = Cut(patients, options, share, seed);
  const data::Schema& wide = patients.schema;
  data::Schema narrow = wide;
  Narrow(narrow.features, parts.shared);
  const data::Cohort both[] = {parts.local, Emptied(parts.central, parts.shared)};
  const data::Cohort all = data::Concatenate(both);
  InteroperableScores result;
  ASSIGN_OR_RETURN(const Trained local, Train({wide, parts.local, parts.test, options.local_rounds},
                                              options.training, seed));
  ASSIGN_OR_RETURN(const Trained fixed, Train({narrow, Narrowed(parts.central, parts.shared),
                                               Narrowed(parts.test, parts.shared), options.rounds},
                                              options.training, seed));
  training::TrainingOptions update = options.training;
  update.train = training::TrainedModules::kNew;
  ASSIGN_OR_RETURN(const Trained updated, Train({wide, parts.local, parts.test, options.rounds},
                                                update, seed, &fixed.model));
  ASSIGN_OR_RETURN(const training::Model model,
                   ComposeUpdate(fixed.model, updated.model, parts.shared));
  const data::Cohort known = Reordered(parts.local, wide, model.schema);
  const auto say = [&](const data::Cohort& cohort) {
    return Train({model.schema, known, Reordered(cohort, wide, model.schema), 0}, options.training,
                 seed, &model);
  };
  ASSIGN_OR_RETURN(const Trained composed, say(parts.test));
  ASSIGN_OR_RETURN(const Trained without, say(Emptied(parts.test, parts.shared)));
  training::TrainingOptions tune = options.training;
  tune.fine_tune = options.rounds;
  ASSIGN_OR_RETURN(const Trained tuned,
                   Train({wide, parts.local, parts.test, options.rounds + options.fine_tune}, tune,
                         seed, &fixed.model));
  ASSIGN_OR_RETURN(const Trained pooled,
                   Train({wide, all, parts.test, options.rounds}, options.training, seed));
  result.scores = {local.scores, fixed.scores, composed.scores, tuned.scores, pooled.scores};
  result.moved_modules = MovedModules(fixed.model, model);
  result.changed_predictions = LargestChange(fixed.test, without.test);
  return result;
}

}  // namespace consilium::experiments
