#include "lab/tuning/trial.h"

#include <atomic>
#include <cmath>
#include <limits>
#include <utility>

#include "base/clock.h"
#include "lab/simulation/pooling.h"
#include "lab/simulation/virtual_federation.h"
#include "server/training/learner.h"

namespace consilium {
namespace {

// What final models say of all sites' patients.
struct Predictions {
  std::vector<HeldOutPredictions> validation;
  std::vector<HeldOutPredictions> test;
};

// The models of different sites are one model here, whatever they are called.
void AppendOne(HeldOutPredictions one, std::vector<HeldOutPredictions>& all) {
  one.model = "trial";
  Append(std::span(&one, 1), all);
}

TrainingOptions With(TrainingOptions options, const Configuration& drawn) {
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

StatusOr<std::vector<VirtualSite>> MakeLearners(const TuningCase& tuning,
                                                const TrainingOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<SimulatedSite> sites,
                   HoldOut(tuning.schema, tuning.plan, tuning.sites));
  TrainingOptions rest = options;  // what is held out is held out
  rest.held_out = 0;
  rest.folds = 0;
  std::vector<VirtualSite> learners;
  for (const SimulatedSite& site : sites) {
    auto learner = Learner::Create(tuning.schema, rest, tuning.plan.seed, tuning.plan.rounds,
                                   site.train, site.test);
    if (!learner.ok()) return Annotate(learner.status(), site.name);
    learners.push_back({site.name, *std::move(learner)});
  }
  return learners;
}

StatusOr<Predictions> TrainTogether(const TuningCase& tuning,
                                    const std::vector<VirtualSite>& learners) {
  ASSIGN_OR_RETURN(const FederationOutcome outcome,
                   RunVirtualFederation(tuning.plan_text, learners, 1));
  Predictions predictions;
  for (size_t i = 0; i < learners.size(); ++i) {
    AppendOne(learners[i].learner->PredictValidation(outcome.parameters[i]),
              predictions.validation);
    AppendOne(outcome.held_out[i].front(), predictions.test);
  }
  return predictions;
}

StatusOr<Predictions> TrainApart(const TuningCase& tuning,
                                 const std::vector<VirtualSite>& learners) {
  const std::atomic<bool> never = false;
  Predictions predictions;
  for (const VirtualSite& site : learners) {
    ASSIGN_OR_RETURN(const std::vector<float> parameters,
                     TrainWithoutExchange(*site.learner, tuning.plan.rounds, never));
    AppendOne(site.learner->PredictValidation(parameters), predictions.validation);
    ASSIGN_OR_RETURN(const std::vector<HeldOutPredictions> held_out,
                     site.learner->PredictHeldOut(parameters, never));
    AppendOne(held_out.front(), predictions.test);
  }
  return predictions;
}

// Over the outcomes that have the score.
void AddMean(const std::vector<OutcomeScores>& outcomes, std::optional<double> Scores::*member,
             Scores& mean) {
  double sum = 0;
  int known = 0;
  for (const OutcomeScores& outcome : outcomes) {
    const std::optional<double>& score = outcome.models.front().scores.*member;
    if (!score) continue;
    sum += *score;
    ++known;
  }
  if (known > 0) mean.*member = sum / known;
}

Scores MeanScores(const Schema& schema, const std::vector<HeldOutPredictions>& pooled) {
  const std::vector<OutcomeScores> outcomes = ScoresOf(schema, pooled);
  Scores mean;
  AddMean(outcomes, &Scores::auroc, mean);
  AddMean(outcomes, &Scores::macro_f1, mean);
  AddMean(outcomes, &Scores::accuracy, mean);
  AddMean(outcomes, &Scores::ece, mean);
  AddMean(outcomes, &Scores::nll, mean);
  return mean;
}

}  // namespace

StatusOr<TrialRecord> RunTrial(const TuningCase& tuning, const SearchSpace& space, int number) {
  const Time begin = SystemClock().Now();
  TrialRecord record;
  record.search = space.name;
  record.number = number;
  const TuneOptions& tune = tuning.plan.tune;
  record.drawn = DrawConfiguration(space, tune.seed, number);
  ASSIGN_OR_RETURN(const std::vector<VirtualSite> learners,
                   MakeLearners(tuning, With(tuning.plan.training, record.drawn)));
  const auto predictions =
      tune.training == "local" ? TrainApart(tuning, learners) : TrainTogether(tuning, learners);
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

double ScoreOf(const Scores& scores, const std::string& name) {
  const std::optional<double>& score = name == "auroc"      ? scores.auroc
                                       : name == "macro_f1" ? scores.macro_f1
                                       : name == "accuracy" ? scores.accuracy
                                                            : scores.nll;
  return score.value_or(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace consilium
