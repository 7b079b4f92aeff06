#include "server/training/read_options.h"

#include <algorithm>

#include "base/read_fields.h"
#include "fmt/format.h"
#include "server/training/declare_options.h"

namespace consilium::training {
namespace {

void ReadTraining(TomlTable& table, TrainingOptions& options) {
  ReadFields(table, [&](Fields& fields) { DeclareTraining(fields, options); });
  if (options.question_order == modn::QuestionOrder::kOwn && options.feature_decoder_hidden > 0) {
    table.Complain(
        "question_order = \"own\" cannot be combined with feature decoders, which tell asked from "
        "unasked questions by one order: set feature_decoder_hidden = 0 or another order");
  }
}

void ReadStart(TomlTable& table, TrainingOptions& options) {
  ReadFields(table, [&](Fields& fields) { DeclareStart(fields, options); });
  if (options.start_model.empty() && options.start_run.empty()) {
    table.Complain("[start] names neither model = \"FILE\" (simulate) nor run = \"NAME\" (nodes)");
  }
}

void CheckStart(TomlTable& plan, const TrainingOptions& options) {
  const bool starts = !options.start_model.empty() || !options.start_run.empty();
  if (options.train == TrainedModules::kNew && options.fine_tune > 0) {
    plan.Complain("fine_tune trains all modules in the end, train = \"new\" never does: drop one");
  } else if (!starts && (options.train == TrainedModules::kNew || options.fine_tune > 0)) {
    plan.Complain(
        "train = \"new\" and fine_tune tell new modules from those of a start model: "
        "name one in [start]");
  }
}

void ReadEvaluation(TomlTable& table, TrainingOptions& options) {
  ReadFields(table, [&](Fields& fields) { DeclareEvaluation(fields, options); });
  if (options.folds == 1 || options.fold > std::max(0, options.folds - 1)) {
    table.Complain(fmt::format("fold {} of {} folds: expected at least 2 folds, counted from 0",
                               options.fold, options.folds));
  }
}

// Wants [evaluation] read before: averages are selected by validation patients.
void ReadEma(TomlTable& table, TrainingOptions& options) {
  ReadFields(table, [&](Fields& fields) { DeclareEma(fields, options.ema); });
  if (options.ema.windows.empty() == options.ema.decays.empty()) {
    table.Complain("expected windows = [...], shares of the run, or decays = [...], one of them");
  }
  if (options.validation <= 0) {
    table.Complain(
        "averages are selected by patients who are not trained on: set validation in [evaluation], "
        "0.1 for one in ten");
  }
}

}  // namespace

void ReadTrainingOptions(TomlTable& plan, TrainingOptions& options) {
  if (auto table = plan.Table("model")) {
    ReadFields(*table, [&](Fields& fields) { DeclareModel(fields, options); });
  }
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
    ReadFields(*table, [&](Fields& fields) { DeclareNormalisation(fields, options); });
  }
}

}  // namespace consilium::training
