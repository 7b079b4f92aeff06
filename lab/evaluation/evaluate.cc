#include <algorithm>
#include <atomic>
#include <utility>

#include "base/clock.h"
#include "base/tasks.h"
#include "fmt/format.h"
#include "lab/evaluation/answers.h"
#include "lab/evaluation/collect.h"
#include "lab/evaluation/evaluation.h"
#include "lab/evaluation/five_by_two.h"
#include "lab/evaluation/grouping.h"
#include "lab/evaluation/select.h"

namespace consilium::evaluation {
namespace {

constexpr int kReliabilityBins = 10;
constexpr size_t kBySite = 1;      // position among the groupings
constexpr int kGroupShare = 5;     // groups get a fifth of the resamples
constexpr int kAnswersShare = 10;  // numbers of answers a tenth

// All patients of each site, trained on or not: what groupings are made from.
std::vector<data::Cohort> WholeSites(const simulation::LoadedPlan& loaded) {
  std::vector<data::Cohort> whole;
  for (const simulation::SimulatedSite& site : loaded.sites) {
    const std::vector<data::Cohort> parts = {site.train, site.test};
    whole.push_back(data::Concatenate(parts));
  }
  return whole;
}

std::optional<int> CountIfMany(int patients) {
  if (patients < kFewest) return std::nullopt;
  return patients;
}

std::vector<std::optional<int>> CountsIfMany(const std::vector<int>& counts) {
  const bool few = std::any_of(counts.begin(), counts.end(),
                               [](int count) { return count > 0 && count < kFewest; });
  std::vector<std::optional<int>> told;
  for (const int count : counts) told.push_back(few ? std::nullopt : std::optional<int>(count));
  return told;
}

// One group of one grouping, to be scored by itself.
struct ScoringTask {
  Selection selection;
  int resamples = 0;
  GroupScores* scores;
};

// Of each model's each score; without intervals.
std::vector<ModelScores> MeanOf(const GroupingScores& grouping, size_t metrics) {
  std::vector<ModelScores> means;
  std::vector<std::vector<int>> counts;  // [model][metric]
  for (const GroupScores& group : grouping.groups) {
    means.resize(std::max(means.size(), group.models.size()));
    counts.resize(means.size(), std::vector<int>(metrics));
    for (size_t m = 0; m < group.models.size(); ++m) {
      means[m].model = group.models[m].model;
      means[m].metrics.resize(metrics);
      for (size_t i = 0; i < metrics; ++i) {
        const std::optional<double>& value = group.models[m].metrics[i].value;
        if (!value) continue;
        Measurement& mean = means[m].metrics[i];
        const double n = ++counts[m][i];
        mean.value = mean.value.value_or(0) + (*value - mean.value.value_or(0)) / n;
      }
    }
  }
  return means;
}

class Scoring {
 public:
  Scoring(const data::Schema& schema, std::span<const Collected> by_seed,
          const std::vector<Metric>& metrics)
      : schema_(schema), by_seed_(by_seed), metrics_(metrics) {}

  void Score(const ScoringTask& task) const {
    Selection selection = task.selection;
    const size_t models = by_seed_.front().front().predictions.front().size();
    for (selection.model = 0; selection.model < models; ++selection.model) {
      const auto predictions = Select(schema_, by_seed_, selection);
      const std::vector<int> counts = CountClasses(predictions.front());
      task.scores->patients = CountIfMany(static_cast<int>(predictions.front().labels.size()));
      if (!task.scores->patients) return;
      task.scores->by_class = CountsIfMany(counts);
      ModelScores& scores = task.scores->models.emplace_back();
      scores.model = by_seed_.front().front().predictions.front()[selection.model].model;
      for (const Metric& metric : metrics_) {
        scores.metrics.push_back(Measure(metric, predictions, task.resamples));
      }
    }
  }

  std::vector<ReliabilityCurve> Reliability(size_t outcome, const Grouping& everybody) const {
    std::vector<ReliabilityCurve> curves;
    const std::vector<training::HeldOutPredictions>& models =
        by_seed_.front().front().predictions.front();
    for (size_t m = 0; m < models.size(); ++m) {
      const LabelledPredictions first =
          Select(schema_, by_seed_.first(1), {outcome, m, 0, everybody, 0}).front();
      ReliabilityCurve& curve = curves.emplace_back();
      curve.model = models[m].model;
      curve.bins = first.classes == 2 ? metrics::ClassReliability(first.View(), 1, kReliabilityBins,
                                                                  metrics::Binning::kEqualMass)
                                      : metrics::DecisionReliability(first.View(), kReliabilityBins,
                                                                     metrics::Binning::kEqualMass);
      std::erase_if(curve.bins,
                    [](const metrics::ReliabilityBin& bin) { return bin.patients < kFewest; });
    }
    return curves;
  }

 private:
  const data::Schema& schema_;
  std::span<const Collected> by_seed_;
  const std::vector<Metric>& metrics_;
};

std::vector<std::string> WithBaselines(std::vector<std::string> baselines,
                                       const std::vector<std::string>& more) {
  for (const std::string& baseline : more) {
    if (std::find(baselines.begin(), baselines.end(), baseline) == baselines.end()) {
      baselines.push_back(baseline);
    }
  }
  return baselines;
}

// The plan as each seed trains it.
std::vector<federation::Plan> PlansOf(const simulation::LoadedPlan& loaded,
                                      const EvaluationOptions& options) {
  federation::Plan plan = loaded.plan;
  if (options.folds) plan.training.folds = *options.folds;
  if (options.folds) plan.training.fold = -1;
  plan.training.baselines = WithBaselines(plan.training.baselines, options.baselines);
  std::vector<federation::Plan> plans;
  for (const uint64_t seed :
       options.seeds.empty() ? std::vector<uint64_t>{plan.seed} : options.seeds) {
    plan.seed = seed;
    plans.push_back(plan);
  }
  return plans;
}

StatusOr<std::vector<Grouping>> GroupingsOf(const simulation::LoadedPlan& loaded,
                                            const EvaluationOptions& options) {
  const std::vector<data::Cohort> whole = WholeSites(loaded);
  std::vector<std::string> names;
  for (const simulation::SimulatedSite& site : loaded.sites) names.push_back(site.name);
  std::vector<Grouping> groupings = {Everybody(), BySite(names), ByAnswersKnown(whole),
                                     ByMissingPattern(loaded.schema, whole, options.patterns)};
  for (const std::string& key : options.by) {
    ASSIGN_OR_RETURN(Grouping grouping, ByFeature(loaded.schema, whole, key));
    groupings.push_back(std::move(grouping));
  }
  return groupings;
}

// What Evaluate works through, outcome by outcome.
class EvaluationWork {
 public:
  EvaluationWork(const simulation::LoadedPlan& loaded, const EvaluationOptions& options,
                 std::vector<Grouping> groupings, Evaluation& evaluation)
      : loaded_(loaded),
        options_(options),
        groupings_(std::move(groupings)),
        order_(loaded.schema.AskingOrder()),
        grid_(AnswerGrid(static_cast<int>(order_.size()))),
        evaluation_(evaluation) {}

  Status Train(const std::vector<federation::Plan>& plans) {
    std::vector<CollectOptions> all;
    for (const federation::Plan& plan : plans) {
      CollectOptions& one = all.emplace_back(CollectOptions{plan});
      for (const int count : grid_) {
        one.variants.push_back([this, count](const data::Cohort& held_out) {
          return FirstAnswers(held_out, order_, count);
        });
      }
    }
    const auto tell = [this](int done, int of) {
      if (options_.progress) options_.progress("training", done, of);
    };
    ASSIGN_OR_RETURN(by_seed_, CollectAll(loaded_, all, options_.threads, tell));
    for (const CollectedSite& site : by_seed_.front()) {
      evaluation_.sites.push_back({site.name, CountIfMany(site.held_out.patients)});
    }
    return OkStatus();
  }

  Status Score() {
    for (size_t o = 0; o < loaded_.schema.outcomes.size(); ++o) {
      if (loaded_.schema.outcomes[o].classes.size() >= 2) Prepare(o);
    }
    const Scoring scoring(loaded_.schema, by_seed_, evaluation_.metrics);
    std::atomic<int> done = 0;
    const int count = static_cast<int>(tasks_.size());
    RETURN_IF_ERROR(RunTasks(options_.threads, count, [&](int task) {
      scoring.Score(tasks_[static_cast<size_t>(task)]);
      if (options_.progress) options_.progress("scoring", ++done, count);
      return OkStatus();
    }));
    for (size_t i = 0; i < outcomes_.size(); ++i) {
      OutcomeEvaluation& outcome = evaluation_.outcomes[i];
      outcome.reliability = scoring.Reliability(outcomes_[i], groupings_.front());
      outcome.mean_of_sites = MeanOf(outcome.groupings[kBySite], evaluation_.metrics.size());
    }
    return OkStatus();
  }

 private:
  // Lays out the scores of an outcome. Addresses of groups must not change afterwards.
  void Prepare(size_t outcome) {
    const data::Outcome& described = loaded_.schema.outcomes[outcome];
    OutcomeEvaluation evaluated{.key = described.key, .label = described.label};
    for (const data::Category& each : described.classes) evaluated.classes.push_back(each.label);
    outcomes_.push_back(outcome);
    evaluation_.outcomes.push_back(std::move(evaluated));
    OutcomeEvaluation& kept = evaluation_.outcomes.back();
    kept.groupings.resize(groupings_.size());
    for (size_t g = 0; g < groupings_.size(); ++g) {
      const Grouping& grouping = groupings_[g];
      GroupingScores& scores = kept.groupings[g];
      scores = {grouping.key, grouping.title, std::vector<GroupScores>(grouping.labels.size())};
      for (size_t i = 0; i < grouping.labels.size(); ++i) {
        scores.groups[i].label = grouping.labels[i];
        tasks_.push_back({{outcome, 0, 0, grouping, static_cast<int>(i)},
                          g == 0 ? options_.resamples : options_.resamples / kGroupShare,
                          &scores.groups[i]});
      }
    }
    kept.by_answers = {"answers", "By number of answers given",
                       std::vector<GroupScores>(grid_.size())};
    for (size_t i = 0; i < grid_.size(); ++i) {
      kept.by_answers.groups[i].label = std::to_string(grid_[i]);
      tasks_.push_back({{outcome, 0, i + 1, groupings_.front(), 0},
                        options_.resamples / kAnswersShare,
                        &kept.by_answers.groups[i]});
    }
  }

  const simulation::LoadedPlan& loaded_;
  const EvaluationOptions& options_;
  const std::vector<Grouping> groupings_;
  const std::vector<int> order_;
  const std::vector<int> grid_;
  Evaluation& evaluation_;
  std::vector<Collected> by_seed_;
  std::vector<size_t> outcomes_;  // of the schema, in the order of evaluation_.outcomes
  std::vector<ScoringTask> tasks_;
};

Status Audit(const simulation::LoadedPlan& loaded, const EvaluationOptions& options,
             const std::vector<federation::Plan>& plans, Evaluation& evaluation) {
  const AuditRun run{loaded, plans, options.resamples / kGroupShare, options.threads,
                     options.progress};
  ASSIGN_OR_RETURN(evaluation.missingness, AuditMissingness(run, options.audit));
  return OkStatus();
}

}  // namespace

StatusOr<Evaluation> Evaluate(const simulation::LoadedPlan& loaded,
                              const EvaluationOptions& options) {
  const Time begin = SystemClock().Now();
  const std::vector<federation::Plan> plans = PlansOf(loaded, options);
  ASSIGN_OR_RETURN(std::vector<Grouping> groupings, GroupingsOf(loaded, options));
  Evaluation evaluation;
  evaluation.plan_text = loaded.text;
  for (const federation::Plan& plan : plans) evaluation.seeds.push_back(plan.seed);
  const training::TrainingOptions& training = plans.front().training;
  evaluation.folds = training.folds >= 2 && training.fold < 0 ? training.folds : 0;
  evaluation.metrics = AllMetrics(options.specificity);
  evaluation.specificity = options.specificity;
  evaluation.outcomes.reserve(loaded.schema.outcomes.size());
  EvaluationWork work(loaded, options, std::move(groupings), evaluation);
  RETURN_IF_ERROR(work.Train(plans));
  RETURN_IF_ERROR(work.Score());
  if (options.five_by_two) {
    RETURN_IF_ERROR(AddFiveByTwoTests(loaded, plans.front(), options, evaluation));
  }
  if (options.missingness) RETURN_IF_ERROR(Audit(loaded, options, plans, evaluation));
  evaluation.seconds = ToSeconds(SystemClock().Now() - begin);
  return evaluation;
}

}  // namespace consilium::evaluation
