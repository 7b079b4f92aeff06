#include "lab/evaluation/missingness.h"

#include <algorithm>

#include "base/toml.h"
#include "lab/evaluation/answers.h"
#include "lab/evaluation/collect.h"
#include "lab/evaluation/evaluation.h"
#include "lab/evaluation/grouping.h"
#include "lab/evaluation/select.h"

namespace consilium::evaluation {
namespace {

constexpr modn::Masking kMaskings[] = {modn::Masking::kNone, modn::Masking::kClassEqualised};

struct Count {
  int missing = 0;
  int all = 0;

  void Add(const Count& more) { missing += more.missing, all += more.all; }

  // Absent where a count from 1 to 4 could be read off it.
  std::optional<double> Share() const {
    const int present = all - missing;
    const auto few = [](int count) { return count > 0 && count < kFewest; };
    if (all == 0 || few(all) || few(missing) || few(present)) return std::nullopt;
    return static_cast<double>(missing) / all;
  }
};

Count CountMissing(const data::Cohort& cohort, int feature, int outcome, int label) {
  Count count;
  const std::vector<int>& labels = cohort.labels[static_cast<size_t>(outcome)];
  for (int patient = 0; patient < cohort.patients; ++patient) {
    if (labels[static_cast<size_t>(patient)] != label) continue;
    ++count.all;
    if (!cohort.Observed(feature, patient)) ++count.missing;
  }
  return count;
}

ModuleMissingness MissingnessOf(const data::Schema& schema, const std::vector<data::Cohort>& sites,
                                int feature, int outcome) {
  const data::Feature& described = schema.features[static_cast<size_t>(feature)];
  const size_t classes = schema.outcomes[static_cast<size_t>(outcome)].classes.size();
  ModuleMissingness module{described.key, described.label, {}, {}, {}};
  std::vector<Count> by_site(sites.size());
  for (size_t c = 0; c < classes; ++c) {
    Count over_sites;
    std::vector<std::optional<double>>& shares = module.by_class_and_site.emplace_back();
    for (size_t s = 0; s < sites.size(); ++s) {
      const Count count = CountMissing(sites[s], feature, outcome, static_cast<int>(c));
      by_site[s].Add(count);
      over_sites.Add(count);
      shares.push_back(count.Share());
    }
    module.by_class.push_back(over_sites.Share());
  }
  for (const Count& count : by_site) module.by_site.push_back(count.Share());
  return module;
}

// Training with answers taken from positives; tests as they are, with the same taken, and flipped.
CollectOptions Flipping(const federation::Plan& plan, const Removal& removal,
                        modn::Masking masking) {
  CollectOptions options{plan};
  options.plan.training.masking = masking;
  options.plan.training.baselines = {"mlp", "mlp_indicator"};  // the parallel fusion of section 3
  const uint64_t seed = plan.seed;
  const Removal same = removal;
  Removal flipped = removal;
  flipped.positives = !removal.positives;
  options.training_variant = [same, seed](const data::Cohort& train) {
    return Remove(train, same, seed);
  };
  options.variants = {
      [same, seed](const data::Cohort& test) { return Remove(test, same, seed + 1); },
      [flipped, seed](const data::Cohort& test) { return Remove(test, flipped, seed + 1); }};
  return options;
}

StatusOr<FlippedModule> Flip(const AuditRun& run, const Removal& removal) {
  const data::Schema& schema = run.loaded.schema;
  const data::Feature& feature = schema.features[static_cast<size_t>(removal.feature)];
  std::vector<CollectOptions> all;
  for (const modn::Masking masking : kMaskings) {
    for (const federation::Plan& plan : run.plans) all.push_back(Flipping(plan, removal, masking));
  }
  const auto tell = [&run](int done, int of) {
    if (run.progress) run.progress("flipped missingness", done, of);
  };
  ASSIGN_OR_RETURN(const std::vector<Collected> collected,
                   CollectAll(run.loaded, all, run.threads, tell));
  const Metric auroc = AllMetrics(0.9).front();
  const Grouping everybody = Everybody();
  FlippedModule flipped{feature.key, feature.label, {}};
  const std::vector<training::HeldOutPredictions>& models =
      collected.front().front().predictions.front();
  for (size_t m = 0; m < models.size(); ++m) {
    for (size_t k = 0; k < std::size(kMaskings); ++k) {
      const auto by_seed = std::span(collected).subspan(k * run.plans.size(), run.plans.size());
      const auto measure = [&](size_t variant) {
        const auto predictions = Select(
            schema, by_seed, {static_cast<size_t>(removal.outcome), m, variant, everybody, 0});
        return Measure(auroc, predictions, run.resamples);
      };
      flipped.scores.push_back({models[m].model, kMaskings[k], measure(0), measure(1), measure(2)});
    }
  }
  return flipped;
}

StatusOr<int> OutcomeOf(const data::Schema& schema, const MissingnessOptions& options) {
  for (size_t o = 0; o < schema.outcomes.size(); ++o) {
    const bool named = options.outcome.empty() || schema.outcomes[o].key == options.outcome;
    if (named && schema.outcomes[o].classes.size() >= 2) return static_cast<int>(o);
  }
  return NotFound("no outcome of classes {} in the schema",
                  options.outcome.empty() ? "at all" : "named '" + options.outcome + "'");
}

StatusOr<std::vector<int>> ModulesOf(const data::Schema& schema,
                                     const std::vector<data::Cohort>& sites, int outcome,
                                     const MissingnessOptions& options) {
  std::vector<int> modules;
  for (const std::string& key : options.modules) {
    modules.push_back(schema.FindFeature(key));
    if (modules.back() >= 0) continue;
    return NotFound("no feature '{}' in the schema{}", key, Suggestion(key, schema.FeatureKeys()));
  }
  if (modules.empty()) {
    const int telling = MostTelling(schema, data::Concatenate(sites), outcome);
    if (telling >= 0) modules.push_back(telling);
  }
  return modules;
}

}  // namespace

StatusOr<MissingnessAudit> AuditMissingness(const AuditRun& run,
                                            const MissingnessOptions& options) {
  const data::Schema& schema = run.loaded.schema;
  ASSIGN_OR_RETURN(const int outcome, OutcomeOf(schema, options));
  const data::Outcome& described = schema.outcomes[static_cast<size_t>(outcome)];
  MissingnessAudit audit{.outcome = described.key, .share = options.share};
  std::vector<data::Cohort> sites;
  for (const simulation::SimulatedSite& site : run.loaded.sites) {
    const std::vector<data::Cohort> parts = {site.train, site.test};
    sites.push_back(data::Concatenate(parts));
    audit.sites.push_back(site.name);
  }
  for (const data::Category& each : described.classes) audit.classes.push_back(each.label);
  for (int feature = 0; feature < static_cast<int>(schema.features.size()); ++feature) {
    audit.modules.push_back(MissingnessOf(schema, sites, feature, outcome));
  }
  ASSIGN_OR_RETURN(const std::vector<int> modules, ModulesOf(schema, sites, outcome, options));
  for (const int feature : modules) {
    ASSIGN_OR_RETURN(FlippedModule flipped,
                     Flip(run, {.feature = feature, .outcome = outcome, .share = options.share}));
    audit.flips.push_back(std::move(flipped));
  }
  return audit;
}

}  // namespace consilium::evaluation
