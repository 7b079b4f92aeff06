#include <thread>
#include <utility>

#include "base/command/columns.h"
#include "base/command/progress_line.h"
#include "base/command/work.h"
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
  std::optional<std::string> json;  // file; without one: standard output
  std::string plan, html;
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
void TakeNameFromJson(ExperimentChoice& choice) {
  if (!choice.json || !choice.name.empty()) return;
  if (experiments::FindExperiment(*choice.json).ok()) choice.name = std::exchange(*choice.json, "");
}

// Where the choice says, and to the invocation's output.
Status Deliver(const experiments::ExperimentRecord& record, const ExperimentChoice& choice,
               Invocation& invocation) {
  if (choice.json && !choice.json->empty()) {
    RETURN_IF_ERROR(WriteFile(*choice.json, experiments::ToJson(record) + "\n"));
  }
  if (!choice.html.empty())
    RETURN_IF_ERROR(WriteFile(choice.html, page::ToHtml(experiments::ToPage(record))));
  if (invocation.json) {
    invocation.out << experiments::ToJson(record) << "\n";
  } else {
    Print(record, invocation.out);
  }
  return OkStatus();
}

Status RunChoice(ExperimentChoice choice, Invocation& invocation) {
  TakeNameFromJson(choice);
  if (choice.json && choice.json->empty()) invocation.json = true;
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
  RETURN_IF_ERROR(Deliver(*record, choice, invocation));
  const int failed = record->Count(experiments::Verdict::kFail);
  if (!choice.strict || failed == 0) return OkStatus();
  return FailedPrecondition("{} of {}'s claims failed, expected none (--strict)", failed,
                            choice.name);
}

}  // namespace

void AddExperimentCommand(const Command& program, Invocation& invocation) {
  const Command command = program.Add(
      "experiment", "Measure the claims of a paper and say which hold",
      "A claim that fails is a result: the exit code is 0 unless --strict is given.\n"
      "Example:\n  consilium experiment modn --quick --html modn.html --json modn.json");
  auto* const choice = SetWorkWith<ExperimentChoice>(command, invocation, RunChoice);
  command.Option("name", &choice->name, "Which one; --list names them");
  command.Option("--list", &choice->list, "Name the experiments");
  command.Option("--quick", &choice->quick, "Fewer seeds and smaller sizes: under a minute");
  command.Option("--json", &choice->json,
                 "Write JSON to this file, or without one to standard output");
  command.Option("--html", &choice->html, "Also write a page with charts to this file");
  command.Option("--plan", &choice->plan, "Seeds and sizes (TOML) instead of those built in");
  command.Option("--data", &choice->data, "Folder with heart/, icu2012/ and eicu/",
                 {.show_default = true});
  command.Option("--threads", &choice->threads, "The result does not depend on it",
                 {.within = Bounds{1, 256}});
  command.Option("--strict", &choice->strict, "Exit code 1 if any claim fails");
}

}  // namespace consilium::commands
