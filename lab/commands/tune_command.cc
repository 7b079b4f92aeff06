#include <filesystem>
#include <thread>

#include "base/command/work.h"
#include "base/file.h"
#include "lab/commands/commands.h"
#include "lab/tuning/summary.h"
#include "lab/tuning/tune.h"
#include "server/training/words.h"

namespace consilium::commands {
namespace {

struct TuneCommandOptions {
  std::string plan;
  std::string journal;
  std::string out;
  std::string html;
  int trials = 0;
  int threads = static_cast<int>(std::thread::hardware_concurrency());
};

void PrintSearches(std::ostream& out, const tuning::TuneSummary& summary) {
  out << fmt::format("{:<14} {:>6} {:>8}  {:>10} {:>7}  {:>8} {:>7} {:>7} {:>7} {:>7}\n", "search",
                     "trials", "diverged", "validation", "test", "one shot", "CPE", "CPU", "CPL",
                     "peak");
  for (const tuning::SearchSummary& search : summary.searches) {
    const auto best = [&](training::Scores tuning::TrialRecord::*part) {
      return search.best
                 ? fmt::format("{:.3f}", tuning::ScoreOf((*search.best).*part, summary.score))
                 : "-";
    };
    const metrics::Tunability& t = search.tunability;
    out << fmt::format(
        "{:<14} {:>6} {:>8}  {:>10} {:>7}  {:>8.3f} {:>7.3f} {:>7.3f} {:>7.3f} {:>7.3f}\n",
        search.name, search.trials, search.diverged, best(&tuning::TrialRecord::validation),
        best(&tuning::TrialRecord::test), t.one_shot, t.early, t.uniform, t.late, t.peak);
  }
}

void PrintWins(std::ostream& out, const tuning::TuneSummary& summary) {
  out << fmt::format("\nprobability of the best model\n{:<14}", "trials each");
  for (const int budget : summary.budgets) out << fmt::format(" {:>6}", budget);
  out << "\n";
  for (size_t s = 0; s < summary.searches.size(); ++s) {
    out << fmt::format("{:<14}", summary.searches[s].name);
    for (const std::vector<double>& win : summary.win) out << fmt::format(" {:>6.2f}", win[s]);
    out << "\n";
  }
}

void Print(std::ostream& out, const tuning::TuneSummary& summary) {
  const std::string_view score = WordOf(training::kTuneScores, summary.score);
  out << fmt::format("{}; {} is better; a diverged trial counts as {:.3f}\n", score,
                     summary.goal.larger_is_better ? "larger" : "smaller", summary.goal.worst);
  PrintSearches(out, summary);
  PrintWins(out, summary);
  if (summary.recommended < 0) {
    out << "\nevery trial diverged: there is nothing to pick\n";
    return;
  }
  const tuning::SearchSummary& search = summary.searches[static_cast<size_t>(summary.recommended)];
  out << fmt::format("\npicked by validation: trial {} of {}; test {} {:.3f}\n  {}\n",
                     search.best->number, search.name, score,
                     tuning::ScoreOf(search.best->test, summary.score),
                     tuning::Describe(search.best->drawn));
}

std::string JournalOf(const TuneCommandOptions& options) {
  if (!options.journal.empty()) return options.journal;
  return std::filesystem::path(options.plan).filename().replace_extension(".tune").string();
}

Status RunTune(const TuneCommandOptions& options, Invocation& invocation) {
  ASSIGN_OR_RETURN(tuning::TuningFiles files, tuning::LoadTuningFiles(options.plan));
  if (options.trials > 0) files.plan.tune.trials = options.trials;
  const tuning::TuningCase tuning = files.Case();
  ASSIGN_OR_RETURN(const auto journal,
                   tuning::Journal::Open(JournalOf(options), tuning::FingerprintOf(tuning)));
  const auto progress = [&](int done, int all, const tuning::TrialRecord& record) {
    if (!invocation.terminal || invocation.json) return;
    invocation.err << fmt::format("\r\x1b[K{} of {} trials, the last of {}", done, all,
                                  record.search)
                   << (done == all ? "\n" : "") << std::flush;
  };
  ASSIGN_OR_RETURN(const std::vector<tuning::TrialRecord> records,
                   tuning::RunTrials(tuning, *journal, options.threads, progress));
  const tuning::TuneSummary summary = tuning::Summarise(tuning, records);
  const std::string json = tuning::ToJson(summary, records) + "\n";
  if (!options.out.empty()) RETURN_IF_ERROR(WriteFile(options.out, json));
  if (!options.html.empty())
    RETURN_IF_ERROR(WriteFile(options.html, tuning::ToHtml(summary, tuning)));
  if (invocation.json) {
    invocation.out << json;
  } else {
    Print(invocation.out, summary);
  }
  return OkStatus();
}

}  // namespace

void AddTuneCommand(const Command& program, Invocation& invocation) {
  const auto [command, options] = AddWork<TuneCommandOptions>(
      program, invocation, "tune",
      "Search settings of optimisers at random and say what tuning is worth",
      "examples/heart/simulation.toml --trials 20 --html tune.html\n"
      "An interrupted search goes on where it was: trials are kept in the journal.",
      RunTune);
  command.Option("plan", &options->plan,
                 "Plan (TOML) as for simulate; its [tune] table says what to search",
                 {.required = true});
  command.Option("--trials", &options->trials, "Of each search, instead of the plan's number",
                 {.within = Bounds{1, 100000}});
  command.Option("--journal", &options->journal,
                 "Where trials are kept; default: the plan's name with .tune, here");
  command.Option("--out", &options->out, "Also write the JSON report to this file");
  command.Option("--html", &options->html, "Also write a page with plots to this file");
  command.Option("--threads", &options->threads, "Trials at a time; they do not change results",
                 {.within = Bounds{1, 256}});
}

}  // namespace consilium::commands
