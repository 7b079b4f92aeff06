#include <thread>

#include "base/command/work.h"
#include "base/file.h"
#include "lab/commands/commands.h"
#include "lab/simulation/simulate.h"
#include "server/storage/model_file.h"

namespace consilium::commands {
namespace {

struct SimulateOptions {
  std::string plan;
  std::string out;
  std::string model;
  int threads = static_cast<int>(std::thread::hardware_concurrency());
};

std::string Text(const std::optional<double>& score) {
  return score ? fmt::format("{:6.3f}", *score) : "     -";
}

void PrintRow(std::ostream& out, const std::string& name, int patients,
              const training::ModelReport& model) {
  out << fmt::format("  {:<16} {:>8}  {:<20} {}  {}  {}  {}\n", name, patients, model.model,
                     Text(model.scores.auroc), Text(model.scores.macro_f1),
                     Text(model.scores.accuracy), Text(model.scores.ece));
}

constexpr size_t kMostSitesPrinted = 20;

// What the scores do not rest on.
void PrintFindings(std::ostream& out, const simulation::SimulationResult& result) {
  for (const simulation::SimulatedSiteResult& site : result.sites) {
    if (site.findings == 0) continue;
    out << fmt::format("{}: {} of its cells or rows refused; consilium cohort check lists them\n",
                       site.site, site.findings);
  }
}

void Print(std::ostream& out, const simulation::SimulationResult& result) {
  int all = 0;
  for (const simulation::SimulatedSiteResult& site : result.sites) all += site.held_out_patients;
  const bool each = result.sites.size() <= kMostSitesPrinted;
  if (!each) out << fmt::format("{} sites; --json lists each\n", result.sites.size());
  for (size_t o = 0; o < result.mean.size(); ++o) {
    out << fmt::format("{}\n  {:<16} {:>8}  {:<20} {:>6}  {:>6}  {:>6}  {:>6}\n",
                       result.mean[o].outcome, "site", "held out", "model", "AUROC", "F1", "acc.",
                       "ECE");
    for (const simulation::SimulatedSiteResult& site : result.sites) {
      if (!each) break;
      for (const training::ModelReport& model : site.outcomes[o].models) {
        PrintRow(out, site.site, site.held_out_patients, model);
      }
    }
    for (const training::ModelReport& model : result.mean[o].models)
      PrintRow(out, "mean of sites", all, model);
    for (const training::ModelReport& model : result.pooled[o].models)
      PrintRow(out, "all patients", all, model);
  }
  for (const training::OutcomeScores& outcome : result.beside_reference) {
    for (const training::ModelReport& model : outcome.models)
      PrintRow(out, "with a reference", result.patients_with_reference, model);
  }
  out << fmt::format("{} bytes exchanged, {} uncompressed ({:.1f} times); {:.1f} s\n",
                     result.bytes_sent, result.bytes_uncompressed,
                     static_cast<double>(result.bytes_uncompressed) /
                         static_cast<double>(std::max<uint64_t>(result.bytes_sent, 1)),
                     result.seconds);
  if (result.messages_lost > 0) {
    out << fmt::format("{} of {} messages of rounds were lost\n", result.messages_lost,
                       result.messages);
  }
  PrintFindings(out, result);
}

Status RunSimulate(const SimulateOptions& options, Invocation& invocation) {
  ASSIGN_OR_RETURN(const simulation::SimulationResult result,
                   simulation::SimulatePlanFile(options.plan, options.threads));
  if (!options.out.empty())
    RETURN_IF_ERROR(WriteFile(options.out, simulation::ToJson(result) + "\n"));
  if (!options.model.empty()) {
    RETURN_IF_ERROR(WriteFile(options.model, storage::EncodeModel(result.model)));
  }
  if (invocation.json) {
    invocation.out << simulation::ToJson(result) << "\n";
  } else {
    Print(invocation.out, result);
  }
  return OkStatus();
}

}  // namespace

void AddSimulateCommand(const Command& program, Invocation& invocation) {
  const auto [command, options] = AddWork<SimulateOptions>(
      program, invocation, "simulate", "Run a plan's whole federation in one process",
      "examples/heart/simulation.toml --json", RunSimulate);
  command.Option("plan", &options->plan, "Plan (TOML) that names the schema and the sites' CSVs",
                 {.required = true});
  command.Option("--out", &options->out, "Also write the JSON report to this file");
  command.Option("--model", &options->model,
                 "Also write the federated model (of the last fold) to this file");
  command.Option("--threads", &options->threads,
                 "Threads for local training; the result does not depend on it",
                 {.within = Bounds{1, 256}});
}

}  // namespace consilium::commands
