#include <CLI/CLI.hpp>
#include <memory>
#include <thread>
#include <utility>

#include "base/command/columns.h"
#include "base/command/progress_line.h"
#include "base/file.h"
#include "fmt/ranges.h"
#include "lab/commands/commands.h"
#include "lab/experiments/experiments.h"

namespace consilium::commands {
namespace {

constexpr size_t kLineWidth = 78;

struct ExperimentChoice {
  std::string name;
  bool quick = false, list = false, strict = false;
  std::string plan, html, json_file;
  std::string data = "../shared/data";
  int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
};

// Words in lines of at most kLineWidth characters, each after `indent` spaces.
std::string Wrapped(const std::string& text, size_t indent) {
  std::string wrapped(indent, ' ');
  size_t column = indent;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (column > indent && column + 1 + word.size() > kLineWidth) {
      wrapped += "\n" + std::string(indent, ' ');
      column = indent;
    }
    if (column > indent) wrapped += " ", ++column;
    wrapped += word;
    column += word.size();
    at = end + 1;
  }
  return wrapped;
}

std::string TextOf(const experiments::Claim& claim, size_t id_width) {
  const size_t indent = 2 + 9 + id_width + 2;
  const std::string verdict = claim.verdict == experiments::Verdict::kFail
                                  ? "FAIL"
                                  : std::string(experiments::Name(claim.verdict));
  std::string text = fmt::format("  {:<9}{:<{}}  {}\n", verdict, claim.id, id_width,
                                 Wrapped(claim.text, indent).substr(indent));
  if (claim.verdict != experiments::Verdict::kSkipped) {
    text += fmt::format("{:{}}measured {}; expected {}\n", "", indent,
                        experiments::MeasuredText(claim), experiments::ThresholdText(claim));
  }
  if (!claim.explanation.empty()) text += Wrapped(claim.explanation, indent) + "\n";
  return text;
}

void Print(const experiments::ExperimentRecord& record, std::ostream& out) {
  out << fmt::format("{}: {} ({}; seeds {})\n\n", record.experiment, record.reproduces,
                     record.quick ? "quick" : "full", fmt::join(record.seeds, ", "));
  size_t width = 0;
  for (const experiments::Claim& claim : record.result.claims)
    width = std::max(width, claim.id.size());
  for (const experiments::Claim& claim : record.result.claims) out << TextOf(claim, width);
  out << fmt::format(
      "\n{} of {} claims hold", record.Count(experiments::Verdict::kPass),
      record.Count(experiments::Verdict::kPass) + record.Count(experiments::Verdict::kFail));
  if (const int skipped = record.Count(experiments::Verdict::kSkipped); skipped > 0) {
    out << fmt::format(", {} not measured", skipped);
  }
  out << fmt::format("; {:.1f} s\n", record.seconds);
}

void List(std::ostream& out) {
  std::vector<Row> rows;
  for (const experiments::Experiment& experiment : experiments::AllExperiments()) {
    rows.push_back({std::string(experiment.name), std::string(experiment.summary)});
    rows.push_back({"", "after " + std::string(experiment.reproduces)});
  }
  out << InColumns(rows, {.left = {0, 1}}) << "\n";
}

// `--json NAME` means the experiment, not a file, if no other name is on the line.
void TakeNameFromJson(ExperimentChoice& choice, Invocation& invocation) {
  if (!choice.name.empty() || !experiments::FindExperiment(choice.json_file).ok()) return;
  choice.name = std::exchange(choice.json_file, "");
  invocation.json = true;
}

Status RunChoice(ExperimentChoice choice, Invocation& invocation) {
  TakeNameFromJson(choice, invocation);
  if (choice.list) return List(invocation.out), OkStatus();
  auto experiment = experiments::FindExperiment(choice.name);
  if (!experiment.ok()) return UsageError(experiment.status());
  experiments::ExperimentOptions options{
      .quick = choice.quick, .data = choice.data, .threads = choice.threads};
  if (!choice.plan.empty()) {
    ASSIGN_OR_RETURN(options.plan_text, ReadFile(choice.plan));
    options.plan_source = choice.plan;
  }
  ProgressLine line;
  options.progress = [&line](std::string_view what, int done, int all) {
    line.Show(what, done, all);
  };
  auto record = experiments::RunExperiment(**experiment, options);
  line.Clear();
  if (!record.ok()) return record.status();
  if (!choice.json_file.empty()) {
    RETURN_IF_ERROR(WriteFile(choice.json_file, experiments::ToJson(*record) + "\n"));
  }
  if (!choice.html.empty())
    RETURN_IF_ERROR(WriteFile(choice.html, page::ToHtml(experiments::ToPage(*record))));
  if (invocation.json) {
    invocation.out << experiments::ToJson(*record) << "\n";
  } else {
    Print(*record, invocation.out);
  }
  const int failed = record->Count(experiments::Verdict::kFail);
  if (!choice.strict || failed == 0) return OkStatus();
  return FailedPrecondition("{} of {}'s claims failed, expected none (--strict)", failed,
                            choice.name);
}

}  // namespace

void AddExperimentCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command =
      app.add_subcommand("experiment", "Measure the claims of a paper and say which hold");
  command->footer(
      "A claim that fails is a result: the exit code is 0 unless --strict is given.\n"
      "Example:\n  consilium experiment modn --quick --html modn.html --json modn.json");
  auto choice = std::make_shared<ExperimentChoice>();
  command->add_option("name", choice->name, "Which one; --list names them");
  command->add_flag("--list", choice->list, "Name the experiments");
  command->add_flag("--quick", choice->quick, "Fewer seeds and smaller sizes: under a minute");
  auto* json = command->add_option("--json", choice->json_file,
                                   "Write JSON to this file, or without one to standard output");
  json->expected(0, 1);
  command->add_option("--html", choice->html, "Also write a page with charts to this file");
  command->add_option("--plan", choice->plan, "Seeds and sizes (TOML) instead of those built in");
  command->add_option("--data", choice->data, "Folder with heart/, icu2012/ and eicu/")
      ->capture_default_str();
  command->add_option("--threads", choice->threads, "The result does not depend on it")
      ->check(CLI::Range(1, 256));
  command->add_flag("--strict", choice->strict, "Exit code 1 if any claim fails");
  command->callback([choice, json, &invocation] {
    if (json->count() > 0 && choice->json_file.empty()) invocation.json = true;
    invocation.action = [choice, &invocation] { return RunChoice(*choice, invocation); };
  });
}

}  // namespace consilium::commands
