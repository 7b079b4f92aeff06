#include "lab/simulation/fold.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "lab/simulation/pooling.h"
#include "lab/simulation/virtual_federation.h"
#include "server/training/baselines.h"
#include "server/training/site_learner.h"
#include "server/training/without_exchange.h"

namespace consilium::simulation {
namespace {

StatusOr<std::vector<VirtualSite>> MakeLearners(const data::Schema& schema,
                                                const federation::Plan& plan,
                                                const std::vector<SimulatedSite>& sites,
                                                const training::Model* start) {
  std::vector<VirtualSite> learners;
  for (const SimulatedSite& site : sites) {
    auto learner = training::MakeSiteLearner(schema, plan.training, plan.seed, plan.rounds,
                                             site.train, site.test, start);
    if (!learner.ok()) return Annotate(learner.status(), site.name);
    learners.push_back({site.name, *std::move(learner)});
  }
  return learners;
}

// The pooled model and the pooled baselines that the plan names, without their prefix.
std::vector<std::string> PooledBaselines(const training::TrainingOptions& options) {
  std::vector<std::string> names;
  for (const std::string& name : options.baselines) {
    if (name.starts_with(training::kPooledPrefix))
      names.push_back(name.substr(training::kPooledPrefix.size()));
  }
  return names;
}

bool WantsPooled(const training::TrainingOptions& options) {
  return std::any_of(options.baselines.begin(), options.baselines.end(),
                     [](const std::string& name) { return name.starts_with("pooled"); });
}

// What models trained on all sites' patients in one place say of each site's held-out patients:
// [site][model].
StatusOr<std::vector<std::vector<training::HeldOutPredictions>>> TrainPooled(
    const data::Schema& schema, const federation::Plan& plan,
    const std::vector<SimulatedSite>& sites, const training::Model* start) {
  std::vector<data::Cohort> train, test;
  for (const SimulatedSite& site : sites) {
    train.push_back(site.train);
    test.push_back(site.test);
  }
  training::TrainingOptions options = plan.training;
  options.baselines = PooledBaselines(plan.training);
  ASSIGN_OR_RETURN(
      const std::unique_ptr<training::Learner> learner,
      training::MakeSiteLearner(schema, options, plan.seed, plan.rounds, data::Concatenate(train),
                                data::Concatenate(test), start));
  const std::atomic<bool> never = false;
  ASSIGN_OR_RETURN(const std::vector<float> parameters,
                   training::TrainWithoutExchange(*learner, plan.rounds, never));
  ASSIGN_OR_RETURN(std::vector<training::HeldOutPredictions> models,
                   learner->Parts().evaluation->Predict(parameters, never));
  models.front().model = "pooled";
  for (size_t m = 1; m < models.size(); ++m) models[m].model.insert(0, training::kPooledPrefix);
  std::vector<std::vector<training::HeldOutPredictions>> parts;
  int first = 0;
  for (const data::Cohort& held_out : test) {
    std::vector<training::HeldOutPredictions>& part = parts.emplace_back();
    for (const training::HeldOutPredictions& model : models) {
      part.push_back(Part(model, first, held_out.patients));
    }
    first += held_out.patients;
  }
  return parts;
}

training::Model ModelOf(const data::Schema& schema, const federation::Plan& plan,
                        const federation::RunRecord& record, const FederationOutcome& outcome) {
  training::Model model;
  model.run = record.run;
  model.generation = record.generation;
  model.rounds = record.rounds_completed;
  model.schema = schema;
  model.state = plan.training.state;
  model.hidden = plan.training.hidden;
  model.feature_decoder_hidden = plan.training.feature_decoder_hidden;
  model.parameters = outcome.parameters.front();
  if (plan.training.federated_normalisation) model.statistics = outcome.statistics;
  return model;
}

}  // namespace

StatusOr<TrainedFold> TrainFold(const data::Schema& schema, const std::string& plan_text,
                                federation::Plan plan, const std::vector<SimulatedSite>& sites,
                                int threads, const training::Model* start) {
  plan.training.folds = 0;  // done
  plan.training.held_out = 0;
  ASSIGN_OR_RETURN(const std::vector<VirtualSite> learners,
                   MakeLearners(schema, plan, sites, start));
  ASSIGN_OR_RETURN(FederationOutcome outcome, RunVirtualFederation(plan_text, learners, threads));
  training::Model model = ModelOf(schema, plan, outcome.record, outcome);
  TrainedFold fold{std::move(outcome.record),
                   std::move(outcome.training_patients),
                   std::move(outcome.held_out),
                   std::move(model),
                   outcome.messages,
                   outcome.messages_lost};
  if (!WantsPooled(plan.training)) return fold;
  ASSIGN_OR_RETURN(const auto pooled, TrainPooled(schema, plan, sites, start));
  for (size_t i = 0; i < pooled.size(); ++i) {
    fold.held_out[i].insert(fold.held_out[i].end(), pooled[i].begin(), pooled[i].end());
  }
  return fold;
}

}  // namespace consilium::simulation
