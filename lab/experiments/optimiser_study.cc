#include "lab/experiments/optimiser_study.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/random.h"
#include "modules/metrics/tunability.h"
#include "modules/metrics/win_probability.h"

namespace consilium::experiments {
namespace {

StatusOr<std::vector<optim::SearchSpace>> SpacesOf(const StudyPlan& plan) {
  std::vector<optim::SearchSpace> spaces;
  const std::vector<optim::SearchSpace> published = optim::PublishedSearchSpaces();
  for (const std::string& name : plan.searches) {
    const auto found =
        std::find_if(published.begin(), published.end(),
                     [&](const optim::SearchSpace& space) { return space.name == name; });
    if (found == published.end()) return NotFound("searches: no published search '{}'", name);
    spaces.push_back(*found);
  }
  return spaces;
}

// The SGD searches with their rates a decade higher, then lower, for claim 4.
std::vector<optim::SearchSpace> Shifted(const std::vector<optim::SearchSpace>& spaces,
                                        double decades) {
  std::vector<optim::SearchSpace> shifted = spaces;
  for (optim::SearchSpace& space : shifted) {
    if (space.optimiser == "sgd") space.learning_rate.a += decades;
  }
  return shifted;
}

}  // namespace

StatusOr<OptimiserStudy> OptimiserStudy::Create(const StudyPlan& plan,
                                                const ExperimentSetting& setting) {
  ASSIGN_OR_RETURN(std::vector<optim::SearchSpace> spaces, SpacesOf(plan));
  return OptimiserStudy(plan, std::move(spaces), setting);
}

Status OptimiserStudy::Run() {
  const std::vector<uint64_t>& seeds = setting_->plan.seeds();
  for (const uint64_t seed : seeds) {
    SeedTrials& all = seeds_.emplace_back();
    ASSIGN_OR_RETURN(all.problems, MakeSmallProblems(plan_.sizes, setting_->data, seed));
    RETURN_IF_ERROR(RunSearches(seed, spaces_, "trials", all.problems, all.trials));
    RETURN_IF_ERROR(RunSearches(seed, Shifted(spaces_, plan_.shift), "with higher rates",
                                all.problems, all.higher));
    RETURN_IF_ERROR(RunSearches(seed, Shifted(spaces_, -plan_.shift), "with lower rates",
                                all.problems, all.lower));
  }
  return OkStatus();
}

size_t OptimiserStudy::Search(const std::string& name) const {
  const auto found =
      std::find_if(spaces_.begin(), spaces_.end(),
                   [&](const optim::SearchSpace& space) { return space.name == name; });
  return static_cast<size_t>(found - spaces_.begin());
}

// A search whose space is as published is not run again.
Status OptimiserStudy::RunSearches(uint64_t seed, const std::vector<optim::SearchSpace>& spaces,
                                   const char* what,
                                   const std::vector<std::unique_ptr<SmallProblem>>& problems,
                                   std::vector<std::vector<std::vector<metrics::Trial>>>& trials) {
  trials.assign(problems.size(), std::vector<std::vector<metrics::Trial>>(spaces.size()));
  const int tasks = static_cast<int>(problems.size() * spaces.size());
  return ForEach(*setting_, what, tasks, [&](int task) {
    const size_t p = static_cast<size_t>(task) / spaces.size();
    const size_t s = static_cast<size_t>(task) % spaces.size();
    if (&trials != &seeds_.back().trials && spaces[s] == spaces_[s]) {
      trials[p][s] = seeds_.back().trials[p][s];
      return OkStatus();
    }
    for (int number = 0; number < plan_.trials; ++number) {
      const optim::Configuration drawn = optim::DrawConfiguration(spaces[s], seed, number);
      const uint64_t bits = Random::Named(seed, "training", static_cast<uint64_t>(number)).Bits();
      trials[p][s].push_back(problems[p]->Train(drawn, bits));
    }
    return OkStatus();
  });
}

double ExpectedAt(const std::vector<metrics::Trial>& trials, const metrics::Goal& goal,
                  int budget) {
  return metrics::IncumbentCurve(trials, goal)[static_cast<size_t>(budget - 1)];
}

std::vector<double> Relative(const std::vector<std::vector<metrics::Trial>>& searches,
                             const metrics::Goal& goal, int budget) {
  std::vector<double> scores;
  for (const std::vector<metrics::Trial>& trials : searches) {
    scores.push_back(ExpectedAt(trials, goal, budget));
  }
  const double best = goal.larger_is_better ? *std::max_element(scores.begin(), scores.end())
                                            : *std::min_element(scores.begin(), scores.end());
  for (double& score : scores) score = goal.larger_is_better ? score / best : best / score;
  return scores;
}

std::vector<double> MeanRelative(const OptimiserStudy& study, const SeedTrials& seed, int budget) {
  std::vector<double> mean(study.spaces().size(), 0);
  for (size_t p = 0; p < study.problems(); ++p) {
    const auto of_problem = Relative(seed.trials[p], study.problem(p).goal(), budget);
    for (size_t s = 0; s < mean.size(); ++s) {
      mean[s] += of_problem[s] / static_cast<double>(study.problems());
    }
  }
  return mean;
}

std::vector<double> MeanWins(const OptimiserStudy& study, const SeedTrials& seed, int budget) {
  std::vector<double> mean(study.spaces().size(), 0);
  for (size_t p = 0; p < study.problems(); ++p) {
    const auto wins = metrics::WinProbability(seed.trials[p], study.problem(p).goal(), budget);
    for (size_t s = 0; wins && s < mean.size(); ++s) {
      mean[s] += (*wins)[s] / static_cast<double>(study.problems());
    }
  }
  return mean;
}

double GoodRate(const OptimiserStudy& study, size_t p, size_t s) {
  const metrics::Goal goal = study.problem(p).goal();
  double sum = 0;
  int count = 0;
  for (size_t k = 0; k < study.seeds().size(); ++k) {
    const std::vector<metrics::Trial> trials =
        metrics::Bounded(study.seeds()[k].trials[p][s], goal);
    std::vector<int> order(trials.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
      return goal.IsBetter(trials[static_cast<size_t>(a)].validation,
                           trials[static_cast<size_t>(b)].validation);
    });
    order.resize(std::max<size_t>(1, order.size() / 10));
    for (const int number : order) {
      const optim::Configuration drawn =
          optim::DrawConfiguration(study.spaces()[s], study.seed(k), number);
      sum += std::log10(drawn.learning_rate);
      ++count;
    }
  }
  return sum / count;
}

}  // namespace consilium::experiments
