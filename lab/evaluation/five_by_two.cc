#include "lab/evaluation/five_by_two.h"

#include <array>
#include <cmath>
#include <limits>

#include "lab/evaluation/collect.h"
#include "lab/evaluation/grouping.h"
#include "lab/evaluation/select.h"

namespace consilium::evaluation {
namespace {

constexpr int kRepetitions = 5;

simulation::LoadedPlan WithOneFileASite(const simulation::LoadedPlan& loaded) {
  simulation::LoadedPlan one = loaded;
  for (simulation::SimulatedSite& site : one.sites) {
    const std::vector<data::Cohort> parts = {std::move(site.train), std::move(site.test)};
    site.train = data::Concatenate(parts);
    site.test = data::EmptyCohort(loaded.schema);
  }
  return one;
}

std::vector<CollectOptions> Halves(const federation::Plan& plan) {
  std::vector<CollectOptions> halves;
  for (int i = 0; i < kRepetitions; ++i) {
    for (int fold = 0; fold < 2; ++fold) {
      CollectOptions& half = halves.emplace_back(CollectOptions{plan});
      half.plan.seed = plan.seed + static_cast<uint64_t>(i);
      half.plan.training.folds = 2;
      half.plan.training.fold = fold;
    }
  }
  return halves;
}

double ScoreOf(const data::Schema& schema, const Collected& half, size_t outcome, size_t model,
               const Metric& metric) {
  const auto predictions = Select(schema, {&half, 1}, {outcome, model, 0, Everybody(), 0});
  return metric.score(predictions.front().View())
      .value_or(std::numeric_limits<double>::quiet_NaN());
}

PairedComparison Compare(const data::Schema& schema, const std::vector<Collected>& halves,
                         size_t outcome, size_t model, const Metric& metric) {
  std::array<std::array<double, 2>, kRepetitions> differences = {};
  PairedComparison comparison{.model = halves.front().front().predictions.front()[model].model,
                              .metric = metric.key};
  double sum = 0;
  for (size_t h = 0; h < halves.size(); ++h) {
    const double difference = ScoreOf(schema, halves[h], outcome, 0, metric) -
                              ScoreOf(schema, halves[h], outcome, model, metric);
    differences[h / 2][h % 2] = difference;
    sum += difference;
  }
  comparison.test = metrics::FiveByTwoTest(differences);
  comparison.difference = std::isfinite(sum) ? sum / static_cast<double>(halves.size()) : 0;
  return comparison;
}

}  // namespace

Status AddFiveByTwoTests(const simulation::LoadedPlan& loaded, const federation::Plan& plan,
                         const EvaluationOptions& options, Evaluation& evaluation) {
  const simulation::LoadedPlan one_file = WithOneFileASite(loaded);
  const auto tell = [&options](int done, int all) {
    if (options.progress) options.progress("5x2 test", done, all);
  };
  ASSIGN_OR_RETURN(const std::vector<Collected> halves,
                   CollectAll(one_file, Halves(plan), options.threads, tell));
  const size_t models = halves.front().front().predictions.front().size();
  for (OutcomeEvaluation& outcome : evaluation.outcomes) {
    const auto index = static_cast<size_t>(loaded.schema.FindOutcome(outcome.key));
    for (const Metric& metric : evaluation.metrics) {
      if (metric.key != "auroc" && metric.key != "macro_f1") continue;
      for (size_t model = 1; model < models; ++model) {
        outcome.paired.push_back(Compare(loaded.schema, halves, index, model, metric));
      }
    }
  }
  return OkStatus();
}

}  // namespace consilium::evaluation
