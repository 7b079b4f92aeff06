#include <CLI/CLI.hpp>
#include <memory>

#include "client/cli/commands.h"
#include "client/cli/run.h"

namespace consilium::cli {
namespace {

// Adds a subcommand whose options live in an `Options` and whose work is `run`.
template <typename Options>
std::pair<CLI::App*, Options*> Add(CLI::App& parent, Invocation& invocation,
                                   const std::string& name, const std::string& what,
                                   const std::string& example,
                                   Status (*run)(const Options&, Invocation&)) {
  CLI::App* const command = parent.add_subcommand(name, what);
  command->footer("Example:\n  consilium " + parent.get_name() + " " + name + " " + example);
  auto options = std::make_shared<Options>();
  command->callback([options, &invocation, run] {
    invocation.action = [options, &invocation, run] { return run(*options, invocation); };
  });
  return {command, options.get()};
}

void AddStart(CLI::App& run, Invocation& invocation) {
  const auto [command, options] =
      Add<RunStart>(run, invocation, "start", "Start a federated training as a plan says",
                    "plan.toml --name heart-1 --watch --config operator.toml", StartRun);
  command->add_option("plan", options->plan, "The plan")->required()->type_name("PLAN.toml");
  command->add_option("--name", options->name, "Of the run; otherwise the plan's file name");
  command->add_option("--idempotency-key", options->key, "The same key again starts nothing new");
  command->add_flag("--watch", options->watch, "Show how it goes until it has ended");
  AddConnectionOptions(*command, options->connection, "coordinator");
}

void AddRunChoice(CLI::App& run, Invocation& invocation, const std::string& name,
                  const std::string& what, Status (*work)(const RunChoice&, Invocation&)) {
  const auto [command, options] =
      Add<RunChoice>(run, invocation, name, what, "heart-1 --config operator.toml", work);
  command->add_option("run", options->run, "Its name; otherwise the newest run")->type_name("RUN");
  AddConnectionOptions(*command, options->connection, "coordinator");
}

void AddList(CLI::App& parent, Invocation& invocation, const std::string& what,
             Status (*work)(const ConnectionChoice&, Invocation&)) {
  const auto [command, options] =
      Add<ConnectionChoice>(parent, invocation, "list", what, "--config operator.toml", work);
  AddConnectionOptions(*command, *options, "coordinator");
}

}  // namespace

void AddRunCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* const run = app.add_subcommand("run", "Start, watch and stop federated trainings");
  run->require_subcommand(1);
  run->footer("Example:\n  consilium run start plan.toml --watch --config operator.toml");
  AddStart(*run, invocation);
  AddRunChoice(*run, invocation, "status", "Show a run; once finished, its scores at each site",
               ShowRun);
  AddRunChoice(*run, invocation, "traffic", "Show what a run sent, by link, module and round",
               ShowTraffic);
  AddRunChoice(*run, invocation, "watch", "Show how a run goes until it has ended", WatchRun);
  AddRunChoice(*run, invocation, "stop", "Stop a run; the sites keep their checkpoints' models",
               StopRun);
  AddList(*run, invocation, "Show all runs, newest first", ListRuns);
}

void AddSiteCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* const site = app.add_subcommand("site", "Show the sites of the federation");
  site->require_subcommand(1);
  site->footer("Example:\n  consilium site list --config operator.toml");
  AddList(*site, invocation, "Show all sites that have ever attached", ListSites);
}

}  // namespace consilium::cli
