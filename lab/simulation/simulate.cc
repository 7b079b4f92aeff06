#include "lab/simulation/simulate.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/clock.h"
#include "lab/simulation/fold.h"
#include "lab/simulation/plan_file.h"
#include "lab/simulation/pooling.h"
#include "lab/simulation/reference.h"

namespace consilium::simulation {
namespace {

// What is gathered over the folds.
struct Gathered {
  std::vector<std::vector<training::HeldOutPredictions>> sites;  // [site][model]
  std::vector<std::vector<float>> reference;                     // [site][patient]
  SimulationResult result;
};

Status RunFold(const data::Schema& schema, const std::string& plan_text,
               const federation::Plan& plan, const std::vector<SimulatedSite>& all, int threads,
               const training::Model* start, Gathered& gathered) {
  ASSIGN_OR_RETURN(const std::vector<SimulatedSite> sites, HoldOut(schema, plan, all));
  ASSIGN_OR_RETURN(const TrainedFold fold,
                   TrainFold(schema, plan_text, plan, sites, threads, start));
  for (size_t i = 0; i < sites.size(); ++i) {
    Append(fold.held_out[i], gathered.sites[i]);
    const std::vector<float> reference = ReferenceOf(sites[i]);
    gathered.reference[i].insert(gathered.reference[i].end(), reference.begin(), reference.end());
    SimulatedSiteResult& site = gathered.result.sites[i];
    site.training_patients = fold.training_patients[i];
    site.findings = all[i].findings;
    site.bytes_sent += fold.record.sites[i].report->bytes_sent;
    site.bytes_uncompressed += fold.record.sites[i].report->bytes_uncompressed;
    site.traffic = fold.record.sites[i].report->traffic;
  }
  gathered.result.messages += fold.messages;
  gathered.result.messages_lost += fold.messages_lost;
  gathered.result.model_digests.push_back(fold.record.model_digest);
  gathered.result.model = fold.model;
  return OkStatus();
}

void Score(const data::Schema& schema, Gathered& gathered) {
  std::vector<training::HeldOutPredictions> all;
  std::vector<float> reference;
  std::vector<std::vector<training::OutcomeScores>> scores;
  for (size_t i = 0; i < gathered.sites.size(); ++i) {
    SimulatedSiteResult& site = gathered.result.sites[i];
    Append(gathered.sites[i], all);
    reference.insert(reference.end(), gathered.reference[i].begin(), gathered.reference[i].end());
    site.outcomes = training::ScoresOf(schema, gathered.sites[i]);
    site.held_out_patients = static_cast<int>(gathered.sites[i].front().labels.front().size());
    scores.push_back(site.outcomes);
    gathered.result.bytes_sent += site.bytes_sent;
    gathered.result.bytes_uncompressed += site.bytes_uncompressed;
  }
  gathered.result.mean = MeanOver(scores);
  gathered.result.pooled = training::ScoresOf(schema, all);
  gathered.result.beside_reference = ScoresBesideReference(schema, all, reference);
  gathered.result.patients_with_reference = static_cast<int>(
      std::count_if(reference.begin(), reference.end(), [](float p) { return !std::isnan(p); }));
}

}  // namespace

StatusOr<SimulationResult> Simulate(const data::Schema& schema, const std::string& plan_text,
                                    const std::vector<SimulatedSite>& sites, int threads,
                                    const training::Model* start) {
  const Time begin = SystemClock().Now();
  ASSIGN_OR_RETURN(federation::Plan plan, federation::ParsePlan(plan_text, "plan"));
  if (start == nullptr && !plan.training.start_run.empty()) {
    return InvalidArgument(
        "[start] run = \"{}\" is for a federation of nodes: to simulate, name the model's file, "
        "model = \"FILE\"",
        plan.training.start_run);
  }
  Gathered gathered;
  gathered.sites.resize(sites.size());
  gathered.reference.resize(sites.size());
  for (const SimulatedSite& site : sites) gathered.result.sites.emplace_back().site = site.name;
  const bool each_fold = plan.training.folds >= 2 && plan.training.fold < 0;
  const int folds = each_fold ? plan.training.folds : 1;
  for (int fold = 0; fold < folds; ++fold) {
    if (each_fold) plan.training.fold = fold;
    RETURN_IF_ERROR(RunFold(schema, plan_text, plan, sites, threads, start, gathered));
  }
  Score(schema, gathered);
  gathered.result.seconds = ToSeconds(SystemClock().Now() - begin);
  return std::move(gathered.result);
}

StatusOr<SimulationResult> SimulatePlanFile(const std::string& path, int threads) {
  ASSIGN_OR_RETURN(const LoadedPlan loaded, LoadPlan(path));
  return Simulate(loaded.schema, loaded.text, loaded.sites, threads,
                  loaded.start ? &*loaded.start : nullptr);
}

}  // namespace consilium::simulation
