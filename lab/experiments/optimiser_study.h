#ifndef CONSILIUM_LAB_EXPERIMENTS_OPTIMISER_STUDY_H_
#define CONSILIUM_LAB_EXPERIMENTS_OPTIMISER_STUDY_H_

#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "lab/experiments/experiment.h"
#include "lab/experiments/small_problem.h"

// Random searches of many optimisers over small problems, and what their trials say: what the
// experiment tunability is made of.
namespace consilium::experiments {

struct StudyPlan {
  std::vector<std::string> searches;
  int trials;
  double shift;
  SmallProblemSizes sizes;
  std::vector<std::string> compared;  // searches whose curves are bootstrapped as well
  int resamples;
};

// One seed: [problem][search][trial].
struct SeedTrials {
  std::vector<std::unique_ptr<SmallProblem>> problems;
  std::vector<std::vector<std::vector<metrics::Trial>>> trials;
  std::vector<std::vector<std::vector<metrics::Trial>>> higher, lower;  // SGD's rates a decade off
};

class OptimiserStudy {
 public:
  // Borrows the setting. NotFound if a search is none of the published ones.
  static StatusOr<OptimiserStudy> Create(const StudyPlan& plan, const ExperimentSetting& setting);

  Status Run();

  const StudyPlan& plan() const { return plan_; }
  const std::vector<optim::SearchSpace>& spaces() const { return spaces_; }
  size_t Search(const std::string& name) const;  // spaces().size() if there is none
  const std::vector<SeedTrials>& seeds() const { return seeds_; }
  uint64_t seed(size_t k) const { return setting_->plan.seeds()[k]; }
  size_t problems() const { return seeds_.front().problems.size(); }
  const SmallProblem& problem(size_t p) const { return *seeds_.front().problems[p]; }

 private:
  OptimiserStudy(const StudyPlan& plan, std::vector<optim::SearchSpace> spaces,
                 const ExperimentSetting& setting)
      : plan_(plan), spaces_(std::move(spaces)), setting_(&setting) {}

  Status RunSearches(uint64_t seed, const std::vector<optim::SearchSpace>& spaces, const char* what,
                     const std::vector<std::unique_ptr<SmallProblem>>& problems,
                     std::vector<std::vector<std::vector<metrics::Trial>>>& trials);

  StudyPlan plan_;
  std::vector<optim::SearchSpace> spaces_;
  const ExperimentSetting* setting_;
  std::vector<SeedTrials> seeds_;
};

// Expected test score of the trial kept.
double ExpectedAt(const std::vector<metrics::Trial>& trials, const metrics::Goal& goal, int budget);

// Each search's expected score at a budget over the best one's, in (0, 1], as in figure 3.
std::vector<double> Relative(const std::vector<std::vector<metrics::Trial>>& searches,
                             const metrics::Goal& goal, int budget);

// The same and the probability of giving the best model, by search, mean over problems.
std::vector<double> MeanRelative(const OptimiserStudy& study, const SeedTrials& seed, int budget);
std::vector<double> MeanWins(const OptimiserStudy& study, const SeedTrials& seed, int budget);

// Mean over seeds of log10 of the rate, over the best tenth of a search's trials by validation.
double GoodRate(const OptimiserStudy& study, size_t problem, size_t search);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_OPTIMISER_STUDY_H_
