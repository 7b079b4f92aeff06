#include "server/training/read_options.h"

#include <algorithm>

#include "base/toml_fields.h"
#include "fmt/format.h"
#include "server/training/baselines.h"
#include "server/training/optimisation.h"

namespace consilium::training {
namespace {

constexpr int kMostUnits = 4096;  // as modules/modn takes

void ReadModel(TomlTable& table, TrainingOptions& options) {
  Read(table, "state", options.state, 1, kMostUnits);
  Read(table, "hidden", options.hidden, 1, kMostUnits);
  Read(table, "feature_decoder_hidden", options.feature_decoder_hidden, 0, kMostUnits);
}

void ReadTraining(TomlTable& table, TrainingOptions& options) {
  ReadOptimisation(table, options);
  Read(table, "state_change_penalty", options.state_change_penalty, 0, 1e6);
  Read(table, "step_weights", options.step_weights, {"own", "every", "fixed"});
  Read(table, "question_order", options.question_order, {"shuffled", "fixed", "own"});
  if (options.question_order == "own" && options.feature_decoder_hidden > 0) {
    table.Complain(
        "question_order = \"own\" cannot be combined with feature decoders, which tell asked from "
        "unasked questions by one order: set feature_decoder_hidden = 0 or another order");
  }
  Read(table, "question_levels", options.question_levels, {"none", "groups", "derived"});
  Read(table, "feature_decoding_weight", options.features.decoding, 0, 1e6);
  Read(table, "asked_weight", options.features.asked, 0, 1e6);
  Read(table, "unasked_weight", options.features.unasked, 0, 1e6);
  Read(table, "decoded_steps", options.features.decoded_rows, 0);
  Read(table, "idempotence_weight", options.features.idempotence, 0, 1e6);
  Read(table, "answer_dropout", options.answer_dropout, 0, 0.95);
  Read(table, "masking", options.masking, {"none", "class_equalised"});
  Read(table, "batch", options.batch, 1);
  Read(table, "local_epochs", options.local_epochs, 1);
  Read(table, "proximal", options.proximal, 0, 1e6);
  options.freeze = table.Texts("freeze").value_or(options.freeze);
  Read(table, "train", options.train, {"all", "new"});
  Read(table, "fine_tune", options.fine_tune, 0);
}

void ReadStart(TomlTable& table, TrainingOptions& options) {
  options.start_model = table.Text("model").value_or("");
  options.start_run = table.Text("run").value_or("");
  if (options.start_model.empty() && options.start_run.empty()) {
    table.Complain("[start] names neither model = \"FILE\" (simulate) nor run = \"NAME\" (nodes)");
  }
}

void CheckStart(TomlTable& plan, const TrainingOptions& options) {
  const bool starts = !options.start_model.empty() || !options.start_run.empty();
  if (options.train == "new" && options.fine_tune > 0) {
    plan.Complain("fine_tune trains all modules in the end, train = \"new\" never does: drop one");
  } else if (!starts && (options.train == "new" || options.fine_tune > 0)) {
    plan.Complain(
        "train = \"new\" and fine_tune tell new modules from those of a start model: "
        "name one in [start]");
  }
}

void ReadEvaluation(TomlTable& table, TrainingOptions& options) {
  Read(table, "held_out", options.held_out, 0, 0.9);
  Read(table, "validation", options.validation, 0, 0.9);
  Read(table, "coverage", options.coverage, 0.5, 0.999);
  Read(table, "folds", options.folds, 0);
  Read(table, "fold", options.fold, 0);
  if (options.folds == 1 || options.fold > std::max(0, options.folds - 1)) {
    table.Complain(fmt::format("fold {} of {} folds: expected at least 2 folds, counted from 0",
                               options.fold, options.folds));
  }
  Read(table, "baselines", options.baselines, BaselineNames());
}

}  // namespace

void ReadTrainingOptions(TomlTable& plan, TrainingOptions& options) {
  if (auto table = plan.Table("model")) ReadModel(*table, options);
  if (auto table = plan.Table("training")) ReadTraining(*table, options);
  if (auto table = plan.Table("start")) ReadStart(*table, options);
  CheckStart(plan, options);
  if (auto table = plan.Table("evaluation")) ReadEvaluation(*table, options);
  if (auto table = plan.Table("ema")) ReadEma(*table, options);
  if (options.early_stopping.patience > 0 && options.validation <= 0) {
    plan.Complain(
        "early_stopping is by patients who are not trained on: set validation in [evaluation], 0.1 "
        "for one in ten");
  }
  if (auto table = plan.Table("normalisation")) {
    std::string source = "federated";
    Read(*table, "source", source, {"federated", "schema"});
    options.federated_normalisation = source == "federated";
  }
}

}  // namespace consilium::training
