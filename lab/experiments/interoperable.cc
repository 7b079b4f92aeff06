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
#include "server/training/learner.h"
#include "server/training/module_names.h"

namespace consilium {
namespace {

struct Parts {
  Cohort local, central, test;
  std::vector<bool> shared;  // by feature
};

Parts Cut(const PatientsOf& patients, const InteroperableOptions& options, double share,
          uint64_t seed) {
  const auto hold_out = [&](Cohort& from, double part, uint64_t index) {
    const Split split = Holdout(from, 0, part, Random::Named(seed, "iio split", index).Bits());
    Cohort held = Select(from, split.test);
    from = Select(from, split.train);
    return held;
  };
  Parts parts;
  Cohort rest = patients.cohort;
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
Cohort Emptied(Cohort cohort, const std::vector<bool>& shared) {
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

Cohort Narrowed(Cohort cohort, const std::vector<bool>& shared) {
  Narrow(cohort.values, shared);
  Narrow(cohort.payloads, shared);
  return cohort;
}

struct Trained {
  Model model;
  HeldOutPredictions test;
  TestScores scores;
};

struct Training {
  const Schema& schema;
  const Cohort& train;
  const Cohort& test;
  int rounds;
};

StatusOr<Trained> Train(const Training& training, const TrainingOptions& options, uint64_t seed,
                        const Model* start = nullptr) {
  static const std::atomic<bool> never = false;
  ASSIGN_OR_RETURN(const auto learner,
                   Learner::Create(training.schema, options, seed, training.rounds, training.train,
                                   training.test, start));
  Trained trained;
  Model& model = trained.model;
  model.schema = training.schema;
  model.state = options.state;
  model.hidden = options.hidden;
  model.statistics = learner->Statistics();
  ASSIGN_OR_RETURN(model.parameters, TrainWithoutExchange(*learner, training.rounds, never));
  ASSIGN_OR_RETURN(auto predictions, learner->PredictHeldOut(model.parameters, never));
  trained.test = std::move(predictions.front());
  const std::vector<OutcomeScores> scores = ScoresOf(training.schema, {&trained.test, 1});
  const Scores& of = scores.front().models.front().scores;
  trained.scores = {of.auroc.value_or(NAN), of.macro_f1.value_or(NAN)};
  return trained;
}

// Columns in the order of another schema of the same features.
Cohort Reordered(const Cohort& cohort, const Schema& from, const Schema& to) {
  Cohort reordered = cohort;
  for (size_t f = 0; f < to.features.size(); ++f) {
    const auto at = static_cast<size_t>(from.FindFeature(to.features[f].key));
    reordered.values[f] = cohort.values[at];
    if (!cohort.payloads.empty()) reordered.payloads[f] = cohort.payloads[at];
  }
  return reordered;
}

int MovedModules(const Model& before, const Model& after) {
  const Layout old = MakeLayout(ArchitectureOf(before.schema, before.state, before.hidden));
  const Layout now = MakeLayout(ArchitectureOf(after.schema, after.state, after.hidden));
  int moved = 0;
  for (size_t m = 0; m < old.modules().size(); ++m) {
    const int there = FindAnyVersion(now, old.modules()[m].id);
    const auto a = Slice<const float>(before.parameters, old.module_block(static_cast<int>(m)));
    moved += there < 0 ||
             !std::ranges::equal(a, Slice<const float>(after.parameters, now.module_block(there)));
  }
  return moved;
}

double LargestChange(const HeldOutPredictions& a, const HeldOutPredictions& b) {
  double largest = 0;
  for (size_t i = 0; i < a.probabilities[0].size(); ++i) {
    largest = std::max(
        largest, std::abs(static_cast<double>(a.probabilities[0][i] - b.probabilities[0][i])));
  }
  return largest;
}

// The large site's modules and the small site's encoders of the new features, in one model.
StatusOr<Model> ComposeUpdate(const Model& central, const Model& updated,
                              const std::vector<bool>& shared) {
  ModulesFrom site{"small site", updated, {}};
  for (size_t f = 0; f < shared.size(); ++f) {
    if (!shared[f]) site.patterns.push_back("encoder " + updated.schema.features[f].key);
  }
  const std::vector<ModulesFrom> sources = {{"large site", central, {}}, site};
  ASSIGN_OR_RETURN(ComposedModel composed, Compose(sources));
  return std::move(composed.model);
}

}  // namespace

StatusOr<PatientsOf> LoadPatients(const std::string& folder, std::string_view name) {
  ASSIGN_OR_RETURN(RealData data, name == "heart" ? LoadHeart(folder) : LoadIcu(folder));
  std::map<std::string, Cohort> by_name;  // the cuts hang on the order
  for (size_t i = 0; i < data.sites.size(); ++i) {
    by_name[data.sites[i]] = std::move(data.cohorts[i]);
  }
  std::vector<Cohort> cohorts;
  for (auto& [site, cohort] : by_name) cohorts.push_back(std::move(cohort));
  return PatientsOf{std::move(data.schema), Concatenate(cohorts)};
}

StatusOr<InteroperableScores> RunInteroperable(const PatientsOf& patients,
                                               const InteroperableOptions& options, double share,
                                               uint64_t seed) {
  const Parts parts = Cut(patients, options, share, seed);
  const Schema& wide = patients.schema;
  Schema narrow = wide;
  Narrow(narrow.features, parts.shared);
  const Cohort central = Narrowed(parts.central, parts.shared);
  const Cohort narrow_test = Narrowed(parts.test, parts.shared);
  const Cohort stripped = Emptied(parts.test, parts.shared);
  const Cohort both[] = {parts.local, Emptied(parts.central, parts.shared)};
  const Cohort all = Concatenate(both);
  InteroperableScores result;
  ASSIGN_OR_RETURN(const Trained local, Train({wide, parts.local, parts.test, options.local_rounds},
                                              options.training, seed));
  ASSIGN_OR_RETURN(const Trained fixed,
                   Train({narrow, central, narrow_test, options.rounds}, options.training, seed));
  TrainingOptions update = options.training;
  update.train = "new";
  ASSIGN_OR_RETURN(const Trained updated, Train({wide, parts.local, parts.test, options.rounds},
                                                update, seed, &fixed.model));
  ASSIGN_OR_RETURN(const Model model, ComposeUpdate(fixed.model, updated.model, parts.shared));
  const Cohort known = Reordered(parts.local, wide, model.schema);
  const auto say = [&](const Cohort& cohort) {
    return Train({model.schema, known, Reordered(cohort, wide, model.schema), 0}, options.training,
                 seed, &model);
  };
  ASSIGN_OR_RETURN(const Trained composed, say(parts.test));
  ASSIGN_OR_RETURN(const Trained without, say(stripped));
  TrainingOptions tune = options.training;
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

}  // namespace consilium
