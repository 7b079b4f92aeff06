#include "base/command/work.h"
#include "client/cli/commands.h"
#include "client/cli/run.h"

namespace consilium::cli {
namespace {

void AddStart(const Command& run, Invocation& invocation) {
  const auto [command, options] =
      AddWork<RunStart>(run, invocation, "start", "Start a federated training as a plan says",
                        "plan.toml --name heart-1 --watch --config operator.toml", StartRun);
  command.Option("plan", &options->plan, "The plan", {.required = true, .type = "PLAN.toml"});
  command.Option("--name", &options->name, "Of the run; otherwise the plan's file name");
  command.Option("--idempotency-key", &options->key, "The same key again starts nothing new");
  command.Option("--watch", &options->watch, "Show how it goes until it has ended");
  AddConnectionOptions(command, options->connection, "coordinator");
}

void AddRunChoice(const Command& run, Invocation& invocation, const std::string& name,
                  const std::string& what, Status (*work)(const RunChoice&, Invocation&)) {
  const auto [command, options] =
      AddWork<RunChoice>(run, invocation, name, what, "heart-1 --config operator.toml", work);
  command.Option("run", &options->run, "Its name; otherwise the newest run", {.type = "RUN"});
  AddConnectionOptions(command, options->connection, "coordinator");
}

void AddList(const Command& parent, Invocation& invocation, const std::string& what,
             Status (*work)(const ConnectionChoice&, Invocation&)) {
  const auto [command, options] =
      AddWork<ConnectionChoice>(parent, invocation, "list", what, "--config operator.toml", work);
  AddConnectionOptions(command, *options, "coordinator");
}

}  // namespace

void AddRunCommand(const Command& program, Invocation& invocation) {
  const Command run =
      program.Add("run", "Start, watch and stop federated trainings",
                  "Example:\n  consilium run start plan.toml --watch --config operator.toml");
  AddStart(run, invocation);
  AddRunChoice(run, invocation, "status", "Show a run; once finished, its scores at each site",
               ShowRun);
  AddRunChoice(run, invocation, "traffic", "Show what a run sent, by link, module and round",
               ShowTraffic);
  AddRunChoice(run, invocation, "watch", "Show how a run goes until it has ended", WatchRun);
  AddRunChoice(run, invocation, "stop", "Stop a run; the sites keep their checkpoints' models",
               StopRun);
  AddList(run, invocation, "Show all runs, newest first", ListRuns);
}

void AddSiteCommand(const Command& program, Invocation& invocation) {
  const Command site = program.Add("site", "Show the sites of the federation",
                                   "Example:\n  consilium site list --config operator.toml");
  AddList(site, invocation, "Show all sites that have ever attached", ListSites);
}

}  // namespace consilium::cli
