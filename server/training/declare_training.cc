#include "modules/optim/optimisers.h"
#include "server/training/declare_options.h"
#include "server/training/words.h"

namespace consilium::training {
namespace {

constexpr double kNearlyOne = 0.999999;
constexpr Range kWeight = {0, 1e6};

void DeclareRate(Fields& fields, TrainingOptions& options) {
  fields.Add({"learning_rate", &options.learning_rate, {0, 100}});
  fields.Add({"final_learning_rate",
              &options.final_learning_rate,
              {0, 100},
              "where cosine and polynomial end, below which step does not go"});
  fields.Add({"rate", OneOf(options.rate, kRates), {}, "over all passes of the run"});
  fields.Add({"warm_up", &options.warm_up, {0}, "passes over which the rate rises linearly first"});
  fields.Add({"rate_milestones",
              &options.rate_milestones,
              {0, 1},
              "step: shares of the run after which rate_factor multiplies the rate"});
  fields.Add({"rate_factor", &options.rate_factor, {0, 1}, "step"});
  fields.Add({"rate_power", &options.rate_power, {0, 100}, "polynomial: rate (1 - part)^power"});
}

void DeclareSteps(Fields& fields, TrainingOptions& options) {
  fields.Add({"momentum", &options.momentum, {0, kNearlyOne}, "sgd (heavy ball), nesterov"});
  fields.Add({"beta1", &options.beta1, {0, kNearlyOne}, "adam, adamw, adam_l2"});
  fields.Add({"beta2", &options.beta2, {0, kNearlyOne}, "the same"});
  fields.Add({"epsilon", &options.epsilon, {0, 1e12}, "the same and adagrad"});
  fields.Add({"weight_decay",
              &options.weight_decay,
              {0, 10},
              "decoupled (p <- p - rate decay p), but with adam_l2"});
  fields.Add({"gradient_clip", &options.gradient_clip, {0, 1e9}, "norm of the gradient; 0: none"});
  fields.Add({"gradient_clip_by", OneOf(options.gradient_clip_by, kClipScopes)});
}

void DeclareQuestions(Fields& fields, TrainingOptions& options) {
  fields.Add({"state_change_penalty", &options.state_change_penalty, kWeight});
  fields.Add({"step_weights", OneOf(options.step_weights, kStepWeights), {}, "below"});
  fields.Add({"question_order", OneOf(options.question_order, kQuestionOrders)});
  fields.Add({"question_levels",
              OneOf(options.question_levels, kLevelSources),
              {},
              "which questions come before others in training, below"});
}

void DeclareFeatureDecoders(Fields& fields, modn::FeatureLossOptions& features) {
  fields.Add({"feature_decoding_weight", &features.decoding, kWeight,
              "of what feature decoders tell; without any of them no matter"});
  fields.Add({"asked_weight", &features.asked, kWeight, "within it: of answers given so far ..."});
  fields.Add(
      {"unasked_weight", &features.unasked, kWeight, "... and of those still to come, or hidden"});
  fields.Add({"decoded_steps",
              &features.decoded_rows,
              {0},
              "steps of each patient that are decoded in a pass, drawn; 0: all"});
  fields.Add({"idempotence_weight", &features.idempotence, kWeight,
              "of a question asked again at the end: no change of state; not with order \"own\""});
}

void DeclarePasses(Fields& fields, TrainingOptions& options) {
  fields.Add({"answer_dropout",
              &options.answer_dropout,
              {0, 0.95},
              "share of the answers hidden anew in every pass"});
  fields.Add({"masking", OneOf(options.masking, kMaskings), {}, "below"});
  fields.Add({"batch", &options.batch, {1}, "patients in a step"});
  fields.Add(
      {"local_epochs", &options.local_epochs, {1}, "passes over the site's patients in a round"});
  fields.Add({"proximal", &options.proximal, kWeight,
              "FedProx: gradients gain this times (parameters - those at the round's start)"});
  fields.Add({"freeze",
              Names{&options.freeze},
              {},
              "modules that stay as they are, by pattern: [\"state\", \"decoder *\"]"});
  fields.Add({"train", OneOf(options.train, kTrainedModules)});
  fields.Add({"fine_tune",
              &options.fine_tune,
              {0},
              "so many rounds train new modules only, the others all of them"});
}

}  // namespace

void DeclareTraining(Fields& fields, TrainingOptions& options) {
  fields.Add({"optimiser", Name{&options.optimiser, optim::OptimiserNames()}});
  DeclareRate(fields, options);
  DeclareSteps(fields, options);
  DeclareQuestions(fields, options);
  DeclareFeatureDecoders(fields, options.features);
  DeclarePasses(fields, options);
  fields.Table("early_stopping", "of training without exchange, below", [&](Fields& stopping) {
    stopping.Add({"patience", &options.early_stopping.patience, {0}, "rounds; 0: never"});
    stopping.Add({"min_delta",
                  &options.early_stopping.min_delta,
                  {0, 1e6},
                  "by which a loss has to be below the best so far"});
  });
}

}  // namespace consilium::training
