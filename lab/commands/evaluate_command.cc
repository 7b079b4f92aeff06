#include <algorithm>
#include <thread>

#include "base/command/columns.h"
#include "base/command/progress_line.h"
#include "base/command/work.h"
#include "base/file.h"
#include "lab/commands/commands.h"
#include "lab/evaluation/evaluation.h"
#include "server/training/words.h"

namespace consilium::commands {
namespace {

struct EvaluateChoice {
  std::string plan, html, out, test;
  evaluation::EvaluationOptions options;
  int folds = 0;
};

std::string Text(const evaluation::Measurement& measurement) {
  if (!measurement.value) return "-";
  if (!measurement.low) return fmt::format("{:.3f}", *measurement.value);
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", *measurement.value, *measurement.low,
                     *measurement.high);
}

void PrintModels(const evaluation::Evaluation& evaluation, const evaluation::GroupScores& group,
                 std::ostream& out) {
  std::vector<Row> rows = {{"  model"}};
  for (const evaluation::Metric& metric : evaluation.metrics) {
    if (metric.key != "accuracy" && metric.key != "nll") rows.front().push_back(metric.label);
  }
  for (const evaluation::ModelScores& model : group.models) {
    Row& row = rows.emplace_back(Row{"  " + model.model});
    for (size_t i = 0; i < evaluation.metrics.size(); ++i) {
      const std::string& key = evaluation.metrics[i].key;
      if (key == "accuracy" || key == "nll") continue;
      row.push_back(key == "auroc" ? Text(model.metrics[i])
                                   : Text({.value = model.metrics[i].value}));
    }
  }
  out << InColumns(rows, {.left = {0}}) << "\n";
}

// AUROC of every model, group by group.
void PrintGroups(const evaluation::GroupingScores& grouping,
                 const std::vector<evaluation::ModelScores>& mean, std::ostream& out) {
  std::vector<Row> rows;
  for (const evaluation::GroupScores& group : grouping.groups) {
    if (rows.empty() && !group.models.empty()) {
      rows.push_back({"  AUROC", "patients"});
      for (const evaluation::ModelScores& model : group.models) rows.front().push_back(model.model);
    }
    if (rows.empty() || group.models.empty()) continue;
    Row& row = rows.emplace_back(Row{"  " + group.label, std::to_string(*group.patients)});
    for (const evaluation::ModelScores& model : group.models) {
      row.push_back(Text({.value = model.metrics.front().value}));
    }
  }
  if (!mean.empty() && rows.size() > 2) {
    Row& row = rows.emplace_back(Row{"  mean of sites", ""});
    for (const evaluation::ModelScores& model : mean) {
      row.push_back(Text({.value = model.metrics.front().value}));
    }
  }
  out << "\n" << grouping.title << "\n";
  out << (rows.empty() ? "  too few patients" : InColumns(rows, {.left = {0}})) << "\n";
  const auto few =
      std::count_if(grouping.groups.begin(), grouping.groups.end(),
                    [](const evaluation::GroupScores& group) { return !group.patients; });
  if (few > 0)
    out << fmt::format("  {} with fewer than {} patients not shown\n", few, evaluation::kFewest);
}

void PrintPaired(const evaluation::OutcomeEvaluation& outcome, std::ostream& out) {
  if (outcome.paired.empty()) return;
  std::vector<Row> rows = {{"  against", "score", "difference", "t", "p"}};
  for (const evaluation::PairedComparison& paired : outcome.paired) {
    rows.push_back({"  " + paired.model, paired.metric, fmt::format("{:+.3f}", paired.difference),
                    paired.test ? fmt::format("{:.2f}", paired.test->t) : "-",
                    !paired.test             ? "-"
                    : paired.test->p < 0.001 ? "<0.001"
                                             : fmt::format("{:.3f}", paired.test->p)});
  }
  out << "\n5x2 cv paired t-test of the federated model\n"
      << InColumns(rows, {.left = {0, 1}}) << "\n";
}

void PrintMissingness(const evaluation::MissingnessAudit& audit, std::ostream& out) {
  for (const evaluation::FlippedModule& flipped : audit.flips) {
    out << fmt::format(
        "\nAUROC when {:.0f} % of the positives lose the answer to '{}' in training\n",
        100 * audit.share, flipped.feature);
    std::vector<Row> rows = {{"  model", "masking", "none", "same", "flipped"}};
    for (const evaluation::FlipScores& scores : flipped.scores) {
      rows.push_back({"  " + scores.model, std::string(WordOf(training::kMaskings, scores.masking)),
                      Text(scores.none), Text(scores.same), Text(scores.flipped)});
    }
    out << InColumns(rows, {.left = {0, 1}}) << "\n";
  }
}

void Print(const evaluation::Evaluation& evaluation, std::ostream& out) {
  for (const evaluation::OutcomeEvaluation& outcome : evaluation.outcomes) {
    const evaluation::GroupScores& all = outcome.groupings.front().groups.front();
    out << fmt::format(
        "{} ({} patients)\n", outcome.label,
        all.patients ? std::to_string(*all.patients) : fmt::format("<{}", evaluation::kFewest));
    PrintModels(evaluation, all, out);
    for (const evaluation::GroupingScores& grouping : outcome.groupings) {
      if (grouping.key == "all") continue;
      const bool by_site = grouping.key == "site";
      PrintGroups(grouping,
                  by_site ? outcome.mean_of_sites : std::vector<evaluation::ModelScores>{}, out);
    }
    PrintGroups(outcome.by_answers, {}, out);
    PrintPaired(outcome, out);
  }
  if (evaluation.missingness) PrintMissingness(*evaluation.missingness, out);
  out << fmt::format("\n{:.1f} s\n", evaluation.seconds);
}

Status RunEvaluate(EvaluateChoice choice, Invocation& invocation) {
  if (choice.folds != 0) choice.options.folds = choice.folds;
  choice.options.five_by_two = !choice.test.empty();
  ASSIGN_OR_RETURN(const simulation::LoadedPlan loaded, simulation::LoadPlan(choice.plan));
  ProgressLine line;
  choice.options.progress = [&line](std::string_view what, int done, int all) {
    line.Show(what, done, all);
  };
  auto evaluated = evaluation::Evaluate(loaded, choice.options);
  line.Clear();
  if (!evaluated.ok()) return evaluated.status();
  evaluated->plan = choice.plan;
  if (!choice.out.empty())
    RETURN_IF_ERROR(WriteFile(choice.out, evaluation::ToJson(*evaluated) + "\n"));
  if (!choice.html.empty()) {
    RETURN_IF_ERROR(WriteFile(choice.html, page::ToHtml(evaluation::ToPage(*evaluated))));
  }
  if (invocation.json) {
    invocation.out << evaluation::ToJson(*evaluated) << "\n";
  } else {
    Print(*evaluated, invocation.out);
  }
  return OkStatus();
}

void AddMissingness(const Command& command, evaluation::EvaluationOptions& options) {
  command.Option("--missingness", &options.missingness,
                 "Say what is missing where, and what models read into it");
  command.Option("--module", &options.audit.modules,
                 "Features to take away for --missingness; default: the most telling one");
  command.Option("--share", &options.audit.share, "How many positives lose it in training",
                 {.show_default = true, .within = Bounds{0, 1}});
  command.Option("--outcome", &options.audit.outcome,
                 "Whose classes --missingness looks at; default: the first");
}

void AddOptions(const Command& command, EvaluateChoice& choice) {
  evaluation::EvaluationOptions& options = choice.options;
  options.baselines = {"local", "logistic_regression", "mlp", "prior"};
  options.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  command.Option("plan", &choice.plan, "Plan (TOML) that names the schema and the sites' CSVs",
                 {.required = true});
  command.Option("--html", &choice.html, "Write a page with charts to this file");
  command.Option("--out", &choice.out, "Write the JSON to this file");
  command.Option("--by", &options.by, "Features whose categories or ranges divide the patients");
  command.Option("--seeds", &options.seeds, "Seeds; default: the plan's", {.delimiter = ','});
  command.Option("--folds", &choice.folds, "Cross-validation; default: as the plan says",
                 {.within = Bounds{2, 100}});
  command.Option("--baselines", &options.baselines, "Beside the plan's",
                 {.show_default = true, .delimiter = ','});
  command.Option("--test", &choice.test, "5x2: paired test against each baseline",
                 {.words = {"5x2"}});
  command.Option("--resamples", &options.resamples, "Of the bootstrap; 0: no intervals",
                 {.show_default = true, .within = Bounds{0, 100000}});
  command.Option("--specificity", &options.specificity, "At which sensitivity is given",
                 {.show_default = true, .within = Bounds{0, 1}});
  command.Option("--threads", &options.threads, "The result does not depend on it",
                 {.within = Bounds{1, 256}});
}

}  // namespace

void AddEvaluateCommand(const Command& program, Invocation& invocation) {
  const auto [command, choice] = AddWork<EvaluateChoice>(
      program, invocation, "evaluate",
      "Train a plan's federation in one process and say how good it is, and for whom",
      "examples/heart/simulation.toml --by sex age --html heart.html", RunEvaluate);
  AddOptions(command, *choice);
  AddMissingness(command, choice->options);
}

}  // namespace consilium::commands
