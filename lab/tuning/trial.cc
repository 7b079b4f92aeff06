#include "lab/tuning/trial.h"

#include <atomic>
#include <cmath>
#include <limits>
#include <utility>

#include "base/clock.h"
#include "lab/simulation/pooling.h"
#include "lab/simulation/virtual_federation.h"
#include "server/training/site_learner.h"
#include "server/training/without_exchange.h"

namespace consilium::tuning {
namespace {

// What final models say of all sites' patients.
struct Predictions {
  std::vector<training::HeldOutPredictions> validation;
  std::vector<training::HeldOutPredictions> test;
};

// The models of different sites are one model here, whatever they are called.
void AppendOne(training::HeldOutPredictions one, std::vector<training::HeldOutPredictions>& all) {
  one.model = "trial";
  simulation::Append(std::span(&one, 1), all);
}

training::TrainingOptions With(training::TrainingOptions options,
                               const optim::Configuration& drawn) {
  options.optimiser = drawn.optimiser;
  options.rate = drawn.rate;
  options.learning_rate = drawn.learning_rate;
  options.rate_power = drawn.rate_power;
  options.momentum = drawn.settings.momentum;
  options.beta1 = drawn.settings.beta1;
  options.beta2 = drawn.settings.beta2;
  options.epsilon = drawn.settings.epsilon;
  options.weight_decay = drawn.settings.weight_decay;
  options.baselines.clear();
  return options;
}

StatusOr<std::vector<simulation::VirtualSite>> MakeLearners(
    const TuningCase& tuning, const training::TrainingOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<simulation::SimulatedSite> sites,
                   simulation::HoldOut(tuning.schema, tuning.plan, tuning.sites));
  training::TrainingOptions rest = options;  // what is held out is held out
  rest.held_out = 0;
  rest.folds = 0;
  std::vector<simulation::VirtualSite> learners;
  for (const simulation::SimulatedSite& site : sites) {
    auto learner = training::MakeSiteLearner(tuning.schema, rest, tuning.plan.seed,
                                             tuning.plan.rounds, site.train, site.test);
    if (!learner.ok()) return Annotate(learner.status(), site.name);
    learners.push_back({site.name, *std::move(learner)});
  }
  return learners;
}

StatusOr<Predictions> TrainTogether(const TuningCase& tuning,
                                    const std::vector<simulation::VirtualSite>& learners) {
  ASSIGN_OR_RETURN(const simulation::FederationOutcome outcome,
                   simulation::RunVirtualFederation(tuning.plan_text, learners, 1));
  Predictions predictions;
  for (size_t i = 0; i < learners.size(); ++i) {
    AppendOne(learners[i].learner->Parts().validation->Predict(outcome.parameters[i]),
              predictions.validation);
    AppendOne(outcome.held_out[i].front(), predictions.test);
  }
  return predictions;
}

StatusOr<Predictions> TrainApart(const TuningCase& tuning,
                                 const std::vector<simulation::VirtualSite>& learners) {
  const std::atomic<bool> never = false;
  Predictions predictions;
  for (const simulation::VirtualSite& site : learners) {
    ASSIGN_OR_RETURN(const std::vector<float> parameters,
                     training::TrainWithoutExchange(*site.learner, tuning.plan.rounds, never));
    AppendOne(site.learner->Parts().validation->Predict(parameters), predictions.validation);
    ASSIGN_OR_RETURN(const std::vector<training::HeldOutPredictions> held_out,
                     site.learner->Parts().evaluation->Predict(parameters, never));
    AppendOne(held_out.front(), predictions.test);
  }
  return predictions;
}

// Over the outcomes that have the score.
void AddMean(const std::vector<training::OutcomeScores>& outcomes,
             std::optional<double> training::Scores::*member, training::Scores& mean) {
  double sum = 0;
  int known = 0;
  for (const training::OutcomeScores& outcome : outcomes) {
    const std::optional<double>& score = outcome.models.front().scores.*member;
    if (!score) continue;
    sum += *score;
    ++known;
  }
  if (known > 0) mean.*member = sum / known;
}

training::Scores MeanScores(const data::Schema& schema,
                            const std::vector<training::HeldOutPredictions>& pooled) {
  const std::vector<training::OutcomeScores> outcomes = training::ScoresOf(schema, pooled);
  training::Scores mean;
  AddMean(outcomes, &training::Scores::auroc, mean);
  AddMean(outcomes, &training::Scores::macro_f1, mean);
  AddMean(outcomes, &training::Scores::accuracy, mean);
  AddMean(outcomes, &training::Scores::ece, mean);
  AddMean(outcomes, &training::Scores::nll, mean);
  return mean;
}

}  // namespace

StatusOr<TrialRecord> RunTrial(const TuningCase& tuning, const optim::SearchSpace& space,
                               int number) {
  const Time begin = SystemClock().Now();
  TrialRecord record;
  record.search = space.name;
  record.number = number;
  const training::TuneOptions& tune = tuning.plan.tune;
  record.drawn = optim::DrawConfiguration(space, tune.seed, number);
  ASSIGN_OR_RETURN(const std::vector<simulation::VirtualSite> learners,
                   MakeLearners(tuning, With(tuning.plan.training, record.drawn)));
  const auto predictions = tune.training == training::TuneTraining::kLocal
                               ? TrainApart(tuning, learners)
                               : TrainTogether(tuning, learners);
  if (predictions.ok()) {
    record.validation = MeanScores(tuning.schema, predictions->validation);
    record.test = MeanScores(tuning.schema, predictions->test);
  } else if (predictions.status().code() == StatusCode::kInternal) {
    record.diverged = std::string(Message(predictions.status()));
  } else {
    return predictions.status();
  }
  record.seconds = ToSeconds(SystemClock().Now() - begin);
  return record;
}

double ScoreOf(const training::Scores& scores, training::TuneScore score) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  switch (score) {
    case training::TuneScore::kLoss:
      return scores.nll.value_or(kNone);
    case training::TuneScore::kAuroc:
      return scores.auroc.value_or(kNone);
    case training::TuneScore::kMacroF1:
      return scores.macro_f1.value_or(kNone);
    case training::TuneScore::kAccuracy:
      return scores.accuracy.value_or(kNone);
  }
  return kNone;
}

}  // namespace consilium::tuning
