#include "lab/tuning/summary.h"

#include <algorithm>
#include <cmath>

#include "fmt/format.h"
#include "modules/metrics/win_probability.h"
#include "server/training/words.h"

namespace consilium::tuning {
namespace {

constexpr int kResamples = 1000;

// What a model without any knowledge scores: every class equally probable.
metrics::Goal GoalOf(const data::Schema& schema, training::TuneScore score) {
  if (score == training::TuneScore::kAuroc) return {true, 0.5};
  if (score != training::TuneScore::kLoss) return {true, 0};
  double loss = 0;
  for (const data::Outcome& outcome : schema.outcomes) {
    loss += std::log(static_cast<double>(std::max<size_t>(2, outcome.classes.size())));
  }
  return {false, loss / static_cast<double>(std::max<size_t>(1, schema.outcomes.size()))};
}

std::vector<int> BudgetsUpTo(int trials) {
  std::vector<int> budgets;
  for (int budget = 1; budget < trials; budget *= 2) budgets.push_back(budget);
  budgets.push_back(trials);
  return budgets;
}

bool IsBetter(const metrics::Goal& goal, training::TuneScore score, const TrialRecord& a,
              const std::optional<TrialRecord>& b) {
  const double value = ScoreOf(a.validation, score);
  if (!a.diverged.empty() || !std::isfinite(value)) return false;
  return !b || goal.IsBetter(value, ScoreOf(b->validation, score));
}

SearchSummary SummariseSearch(const std::string& name, const std::vector<TrialRecord>& records,
                              training::TuneScore score, const metrics::Goal& goal, uint64_t seed,
                              std::vector<metrics::Trial>& trials) {
  SearchSummary search;
  search.name = name;
  for (const TrialRecord& record : records) {
    if (record.search != name) continue;
    if (!record.diverged.empty()) ++search.diverged;
    trials.push_back({ScoreOf(record.validation, score), ScoreOf(record.test, score)});
    if (IsBetter(goal, score, record, search.best)) search.best = record;
  }
  search.trials = static_cast<int>(trials.size());
  search.curve = metrics::IncumbentCurve(trials, goal);
  search.band = metrics::BootstrapIncumbents(trials, goal, kResamples, seed);
  search.tunability = metrics::TunabilityOf(search.curve, goal).value_or(metrics::Tunability{});
  return search;
}

}  // namespace

TuneSummary Summarise(const TuningCase& tuning, const std::vector<TrialRecord>& records) {
  const training::TuneOptions& tune = tuning.plan.tune;
  TuneSummary summary;
  summary.score = tune.score;
  summary.goal = GoalOf(tuning.schema, tune.score);
  std::vector<std::vector<metrics::Trial>> trials;
  std::optional<TrialRecord> best;
  for (const optim::SearchSpace& space : tune.searches) {
    summary.searches.push_back(SummariseSearch(space.name, records, tune.score, summary.goal,
                                               tune.seed, trials.emplace_back()));
    const SearchSummary& search = summary.searches.back();
    if (!search.best || !IsBetter(summary.goal, tune.score, *search.best, best)) continue;
    best = search.best;
    summary.recommended = static_cast<int>(summary.searches.size()) - 1;
  }
  summary.budgets = BudgetsUpTo(tune.trials);
  for (const int budget : summary.budgets) {
    summary.win.push_back(metrics::WinProbability(trials, summary.goal, budget)
                              .value_or(std::vector<double>(trials.size(), 0)));
  }
  return summary;
}

std::string Describe(const optim::Configuration& drawn) {
  const optim::OptimiserSettings& settings = drawn.settings;
  std::string text =
      fmt::format("optimiser = \"{}\", learning_rate = {:.4g}, rate = \"{}\"", drawn.optimiser,
                  drawn.learning_rate, WordOf(training::kRates, drawn.rate));
  if (drawn.rate == optim::RateShape::kPolynomial)
    text += fmt::format(", rate_power = {:.4g}", drawn.rate_power);
  if (drawn.optimiser == "sgd" || drawn.optimiser == "nesterov") {
    text += fmt::format(", momentum = {:.4g}", settings.momentum);
  }
  if (drawn.optimiser.starts_with("adam")) {
    text += fmt::format(", beta1 = {:.6g}, beta2 = {:.6g}", settings.beta1, settings.beta2);
  }
  if (drawn.optimiser.starts_with("ada")) {
    text += fmt::format(", epsilon = {:.3g}", settings.epsilon);
  }
  if (settings.weight_decay > 0) {
    text += fmt::format(", weight_decay = {:.3g}", settings.weight_decay);
  }
  return text;
}

}  // namespace consilium::tuning
