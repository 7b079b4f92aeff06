#include "server/training/declare_options.h"

#include "server/training/baselines.h"
#include "server/training/words.h"

namespace consilium::training {
namespace {

constexpr Range kUnits = {1, 4096};  // as modules/modn takes

}  // namespace

void DeclareModel(Fields& fields, TrainingOptions& options) {
  fields.Add({"state", &options.state, kUnits});
  fields.Add({"hidden", &options.hidden, kUnits});
  fields.Add({"feature_decoder_hidden",
              &options.feature_decoder_hidden,
              {0, kUnits.most},
              "10 in the paper; 0: no feature decoders, below"});
}

void DeclareStart(Fields& fields, TrainingOptions& options) {
  fields.Add({.key = "run",
              .place = Name{&options.start_run},
              .help = "in a federation: each node takes the model it keeps of that run",
              .example = "\"icu-spring\""});
  fields.Add({.key = "model",
              .place = Name{&options.start_model},
              .help = "in simulate: a file, relative to the plan",
              .example = "\"spring.model\""});
}

void DeclareEma(Fields& fields, EmaPlan& plan) {
  fields.Add({.key = "windows",
              .place = &plan.windows,
              .range = {1e-6, 1},
              .help = "how far each looks back, in shares of the run",
              .example = "[0.0064, 0.0128, 0.0256, 0.051, 0.102]"});
  fields.Add({.key = "decays",
              .place = &plan.decays,
              .range = {0, 0.999999},
              .help = "instead of windows: as they are",
              .example = "[0.9, 0.97]"});
  fields.Add({"every", OneOf(plan.every, kEmaSamples), {}, "samples"});
  fields.Add({"period", &plan.period, {1}, "samples every so many rounds or steps"});
  fields.Add({"select", OneOf(plan.select, kSelectBy), {}, "what validation patients choose by"});
}

void DeclareEvaluation(Fields& fields, TrainingOptions& options) {
  fields.Add({"held_out",
              &options.held_out,
              {0, 0.9},
              "share of each site's patients that are never trained on"});
  fields.Add(
      {"folds", &options.folds, {0}, ">= 2: hold out one of so many stratified folds instead ..."});
  fields.Add({.key = "fold",
              .place = &options.fold,
              .range = {0},
              .help = "... this one; without it simulate takes each in turn",
              .example = "0"});
  fields.Add({"validation",
              &options.validation,
              {0, 0.9},
              "share of the rest not trained on either, by which choices are made"});
  fields.Add({"coverage",
              &options.coverage,
              {0.5, 0.999},
              "of the prediction sets, if there is validation: ../calibration.md"});
  fields.Add({"baselines", Names{&options.baselines, BaselineNames()}, {}, "below"});
}

void DeclareNormalisation(Fields& fields, TrainingOptions& options) {
  fields.Add({"source", OneOf(options.federated_normalisation, kNormalisations)});
}

void DeclareTrainingOptions(Fields& fields, TrainingOptions& options) {
  fields.Table("model", "", [&](Fields& model) { DeclareModel(model, options); });
  fields.Table("normalisation", "", [&](Fields& table) { DeclareNormalisation(table, options); });
  fields.Table("training", "", [&](Fields& training) { DeclareTraining(training, options); });
  fields.Table("ema", "averages of the model; without this table none",
               [&](Fields& ema) { DeclareEma(ema, options.ema); });
  fields.Table("evaluation", "", [&](Fields& table) { DeclareEvaluation(table, options); });
  fields.Table("start", "", [&](Fields& start) { DeclareStart(start, options); });
}

}  // namespace consilium::training
