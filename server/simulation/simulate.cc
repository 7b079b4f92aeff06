#include "server/simulation/simulate.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "base/file.h"
#include "server/simulation/pooling.h"
#include "server/simulation/reference.h"
#include "server/simulation/virtual_federation.h"
#include "server/training/baselines.h"
#include "server/training/learner.h"
#include "server/training/parts.h"

namespace consilium {
namespace {

// What is gathered over the folds.
struct Gathered {
  std::vector<std::vector<HeldOutPredictions>> sites;  // [site][model]
  std::vector<std::vector<float>> reference;           // [site][patient]
  SimulationResult result;
};

StatusOr<std::vector<VirtualSite>> MakeLearners(const Schema& schema, const Plan& plan,
                                                const std::vector<SimulatedSite>& sites) {
  std::vector<VirtualSite> learners;
  for (const SimulatedSite& site : sites) {
    auto learner =
        Learner::Create(schema, plan.training, plan.seed, plan.rounds, site.train, site.test);
    if (!learner.ok()) return Annotate(learner.status(), site.name);
    learners.push_back({site.name, *std::move(learner)});
  }
  return learners;
}

// The pooled model and the pooled baselines that the plan names, without their prefix.
std::vector<std::string> PooledBaselines(const TrainingOptions& options) {
  std::vector<std::string> names;
  for (const std::string& name : options.baselines) {
    if (name.starts_with(kPooledPrefix)) names.push_back(name.substr(kPooledPrefix.size()));
  }
  return names;
}

bool WantsPooled(const TrainingOptions& options) {
  return std::any_of(options.baselines.begin(), options.baselines.end(),
                     [](const std::string& name) { return name.starts_with("pooled"); });
}

// What models trained on all sites' patients in one place say of each site's held-out patients:
// [site][model].
StatusOr<std::vector<std::vector<HeldOutPredictions>>> TrainPooled(
    const Schema& schema, const Plan& plan, const std::vector<SimulatedSite>& sites) {
  std::vector<Cohort> train, test;
  for (const SimulatedSite& site : sites) {
    train.push_back(site.train);
    test.push_back(site.test);
  }
  TrainingOptions options = plan.training;
  options.baselines = PooledBaselines(plan.training);
  ASSIGN_OR_RETURN(const std::unique_ptr<Learner> learner,
                   Learner::Create(schema, options, plan.seed, plan.rounds, Concatenate(train),
                                   Concatenate(test)));
  const std::atomic<bool> never = false;
  ASSIGN_OR_RETURN(const std::vector<float> parameters,
                   TrainWithoutExchange(*learner, plan.rounds, never));
  ASSIGN_OR_RETURN(std::vector<HeldOutPredictions> models,
                   learner->PredictHeldOut(parameters, never));
  models.front().model = "pooled";
  for (size_t m = 1; m < models.size(); ++m) models[m].model.insert(0, kPooledPrefix);
  std::vector<std::vector<HeldOutPredictions>> parts;
  int first = 0;
  for (const Cohort& held_out : test) {
    std::vector<HeldOutPredictions>& part = parts.emplace_back();
    for (const HeldOutPredictions& model : models) {
      part.push_back(Part(model, first, held_out.patients));
    }
    first += held_out.patients;
  }
  return parts;
}

Status RunFold(const Schema& schema, const std::string& plan_text, Plan plan,
               const std::vector<SimulatedSite>& all, int threads, Gathered& gathered) {
  ASSIGN_OR_RETURN(const std::vector<SimulatedSite> sites, HoldOut(schema, plan, all));
  plan.training.folds = 0;  // done
  plan.training.held_out = 0;
  ASSIGN_OR_RETURN(const std::vector<VirtualSite> learners, MakeLearners(schema, plan, sites));
  ASSIGN_OR_RETURN(FederationOutcome outcome, RunVirtualFederation(plan_text, learners, threads));
  std::vector<std::vector<HeldOutPredictions>>& held_out = outcome.held_out;
  if (WantsPooled(plan.training)) {
    ASSIGN_OR_RETURN(const auto pooled, TrainPooled(schema, plan, sites));
    for (size_t i = 0; i < pooled.size(); ++i) {
      held_out[i].insert(held_out[i].end(), pooled[i].begin(), pooled[i].end());
    }
  }
  for (size_t i = 0; i < sites.size(); ++i) {
    Append(held_out[i], gathered.sites[i]);
    const std::vector<float> reference = ReferenceOf(sites[i]);
    gathered.reference[i].insert(gathered.reference[i].end(), reference.begin(), reference.end());
    SimulatedSiteResult& site = gathered.result.sites[i];
    site.training_patients = learners[i].learner->training_patients();
    site.bytes_sent += outcome.record.sites[i].report->bytes_sent;
    site.bytes_uncompressed += outcome.record.sites[i].report->bytes_uncompressed;
  }
  gathered.result.model_digests.push_back(outcome.record.model_digest);
  return OkStatus();
}

void Score(const Schema& schema, Gathered& gathered) {
  std::vector<HeldOutPredictions> all;
  std::vector<float> reference;
  std::vector<std::vector<OutcomeScores>> scores;
  for (size_t i = 0; i < gathered.sites.size(); ++i) {
    SimulatedSiteResult& site = gathered.result.sites[i];
    Append(gathered.sites[i], all);
    reference.insert(reference.end(), gathered.reference[i].begin(), gathered.reference[i].end());
    site.outcomes = ScoresOf(schema, gathered.sites[i]);
    site.held_out_patients = static_cast<int>(gathered.sites[i].front().labels.front().size());
    scores.push_back(site.outcomes);
    gathered.result.bytes_sent += site.bytes_sent;
    gathered.result.bytes_uncompressed += site.bytes_uncompressed;
  }
  gathered.result.mean = MeanOver(scores);
  gathered.result.pooled = ScoresOf(schema, all);
  gathered.result.beside_reference = ScoresBesideReference(schema, all, reference);
  gathered.result.patients_with_reference = static_cast<int>(
      std::count_if(reference.begin(), reference.end(), [](float p) { return !std::isnan(p); }));
}

}  // namespace

StatusOr<SimulationResult> Simulate(const Schema& schema, const std::string& plan_text,
                                    const std::vector<SimulatedSite>& sites, int threads) {
  const Time begin = SystemClock().Now();
  ASSIGN_OR_RETURN(Plan plan, ParsePlan(plan_text, "plan"));
  Gathered gathered;
  gathered.sites.resize(sites.size());
  gathered.reference.resize(sites.size());
  for (const SimulatedSite& site : sites) gathered.result.sites.emplace_back().site = site.name;
  const bool each_fold = plan.training.folds >= 2 && plan.training.fold < 0;
  const int folds = each_fold ? plan.training.folds : 1;
  for (int fold = 0; fold < folds; ++fold) {
    if (each_fold) plan.training.fold = fold;
    RETURN_IF_ERROR(RunFold(schema, plan_text, plan, sites, threads, gathered));
  }
  Score(schema, gathered);
  gathered.result.seconds = ToSeconds(SystemClock().Now() - begin);
  return std::move(gathered.result);
}

StatusOr<SimulationResult> SimulatePlanFile(const std::string& path, int threads) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  ASSIGN_OR_RETURN(const Plan plan, ParsePlan(text, path));
  if (plan.schema.empty() || (plan.files.empty() && plan.shared_file.train.empty())) {
    return InvalidArgument(
        "{}: to simulate, name the schema in [data], and each site's CSV in a [[site]] table or "
        "one CSV of all in [data]",
        path);
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  ASSIGN_OR_RETURN(const Schema schema, LoadSchema(folder / plan.schema));
  ASSIGN_OR_RETURN(const std::vector<SimulatedSite> sites, LoadSites(schema, plan, folder));
  return Simulate(schema, text, sites, threads);
}

}  // namespace consilium
