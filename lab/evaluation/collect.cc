#include "lab/evaluation/collect.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/tasks.h"
#include "lab/simulation/fold.h"
#include "lab/simulation/pooling.h"

namespace consilium::evaluation {
namespace {

bool EachFold(const federation::Plan& plan) {
  return plan.training.folds >= 2 && plan.training.fold < 0;
}
int FoldsOf(const federation::Plan& plan) { return EachFold(plan) ? plan.training.folds : 1; }

// One fold with every variant: all are predicted at once, one after the other in `test`.
StatusOr<Collected> CollectFold(const simulation::LoadedPlan& loaded, const CollectOptions& options,
                                int fold, int threads) {
  federation::Plan plan = options.plan;
  if (EachFold(plan)) plan.training.fold = fold;
  ASSIGN_OR_RETURN(std::vector<simulation::SimulatedSite> sites,
                   simulation::HoldOut(loaded.schema, plan, loaded.sites));
  Collected collected;
  for (simulation::SimulatedSite& site : sites) {
    collected.push_back({site.name, 0, site.test, {}});
    std::vector<data::Cohort> tests = {site.test};
    for (const AnswersVariant& variant : options.variants) tests.push_back(variant(site.test));
    site.test = data::Concatenate(tests);
    if (options.training_variant) site.train = options.training_variant(site.train);
  }
  ASSIGN_OR_RETURN(const simulation::TrainedFold trained,
                   simulation::TrainFold(loaded.schema, loaded.text, plan, sites, threads,
                                         loaded.start ? &*loaded.start : nullptr));
  for (size_t s = 0; s < sites.size(); ++s) {
    CollectedSite& site = collected[s];
    site.training_patients = trained.training_patients[s];
    for (size_t v = 0; v <= options.variants.size(); ++v) {
      const int patients = site.held_out.patients, first = static_cast<int>(v) * patients;
      std::vector<training::HeldOutPredictions>& models = site.predictions.emplace_back();
      for (const training::HeldOutPredictions& model : trained.held_out[s]) {
        models.push_back(simulation::Part(model, first, patients));
      }
    }
  }
  return collected;
}

void Append(Collected fold, Collected& all) {
  if (all.empty()) {
    all = std::move(fold);
    return;
  }
  for (size_t s = 0; s < all.size(); ++s) {
    const std::vector<data::Cohort> parts = {std::move(all[s].held_out),
                                             std::move(fold[s].held_out)};
    all[s].held_out = data::Concatenate(parts);
    all[s].training_patients = fold[s].training_patients;
    for (size_t v = 0; v < all[s].predictions.size(); ++v) {
      simulation::Append(fold[s].predictions[v], all[s].predictions[v]);
    }
  }
}

}  // namespace

StatusOr<Collected> Collect(const simulation::LoadedPlan& loaded, const CollectOptions& options) {
  ASSIGN_OR_RETURN(std::vector<Collected> all,
                   CollectAll(loaded, {options}, options.threads, nullptr));
  return std::move(all.front());
}

StatusOr<std::vector<Collected>> CollectAll(
    const simulation::LoadedPlan& loaded, const std::vector<CollectOptions>& all, int threads,
    const std::function<void(int done, int all)>& progress) {
  std::vector<std::pair<size_t, int>> tasks;  // which of `all`, which fold
  for (size_t i = 0; i < all.size(); ++i) {
    for (int fold = 0; fold < FoldsOf(all[i].plan); ++fold) tasks.emplace_back(i, fold);
  }
  const int count = static_cast<int>(tasks.size());
  const int inner = std::max(1, threads / std::max(1, count));
  std::vector<Collected> folds(tasks.size());
  std::atomic<int> done = 0;
  RETURN_IF_ERROR(RunTasks(threads, count, [&](int task) -> Status {
    const auto [which, fold] = tasks[static_cast<size_t>(task)];
    ASSIGN_OR_RETURN(folds[static_cast<size_t>(task)],
                     CollectFold(loaded, all[which], fold, inner));
    if (progress) progress(++done, count);
    return OkStatus();
  }));
  std::vector<Collected> collected(all.size());
  for (size_t t = 0; t < tasks.size(); ++t) {
    Append(std::move(folds[t]), collected[tasks[t].first]);
  }
  return collected;
}

}  // namespace consilium::evaluation
