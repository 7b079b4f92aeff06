#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "base/toml.h"
#include "base/wire/grpc_log.h"
#include "client/cli/commands.h"
#include "fmt/ranges.h"
#include "lab/commands/commands.h"
#include "nlohmann/json.hpp"

namespace consilium::cli {
namespace {

// Every command of the binary.
constexpr AddCommand kCommands[] = {
    commands::AddCohortCommand,
    AddConsultCommand,
    commands::AddEvaluateCommand,
    commands::AddExperimentCommand,
    commands::AddModelCommand,
    AddPkiCommand,
    AddRunCommand,
    commands::AddSchemaCommand,
    commands::AddSimulateCommand,
    AddSiteCommand,
    commands::AddTopologyCommand,
    commands::AddTuneCommand,
};

int Report(const Status& status, const Invocation& invocation) {
  if (status.ok()) return kExitOk;
  if (invocation.json) {
    const nlohmann::json error = {{"error",
                                   {{"code", absl::StatusCodeToString(status.code())},
                                    {"message", std::string(Message(status))}}}};
    invocation.err << error.dump() << "\n";
  } else {
    invocation.err << "error: " << Message(status) << "\n";
  }
  return IsUsageError(status) ? kExitUsage : kExitFailed;
}

bool Asks(int argc, char** argv, std::string_view option) {
  return std::any_of(argv + 1, argv + argc, [&](const char* each) { return option == each; });
}

// CLI11 tells a misspelt command as a missing one.
std::string WhatIsWrong(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  std::string name = command->get_name();
  for (const CLI::App* up = command->get_parent(); up != nullptr; up = up->get_parent()) {
    name = up->get_name() + " " + name;
  }
  std::vector<std::string> known;
  for (const CLI::App* each : command->get_subcommands({})) known.push_back(each->get_name());
  const std::vector<std::string> left = app.remaining(true);
  std::string what = error.what();
  if (!known.empty() && left.empty()) {
    what = fmt::format("'{}' needs a command: {}", name, fmt::join(known, ", "));
  } else if (!known.empty() && !left.front().starts_with('-')) {
    what = fmt::format("'{}' has no command '{}'{}", name, left.front(),
                       Suggestion(left.front(), known));
  }
  return fmt::format("{}; see {} --help", what, name);
}

int Main(int argc, char** argv) {
  wire::RedirectGrpcLog([](std::string_view) {});  // what matters of it is in our own errors
  Invocation invocation{.out = std::cout, .err = std::cerr, .terminal = isatty(STDOUT_FILENO) == 1};
  CLI::App app("Federated clinical decision support: consilium COMMAND --help explains a command.",
               "consilium");
  app.require_subcommand(1);
  app.fallthrough();
  app.add_flag("--json", invocation.json, "Write JSON for machines");
  app.set_version_flag("--version", CONSILIUM_VERSION);
  for (const AddCommand add : kCommands) add(app, invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // help or version, on standard output
    invocation.json = invocation.json || Asks(argc, argv, "--json");
    return Report(UsageError(InvalidArgument("{}", WhatIsWrong(app, error))), invocation);
  }
  const Status status = invocation.action ? invocation.action() : OkStatus();
  invocation.out.flush();
  return Report(status, invocation);
}

}  // namespace
}  // namespace consilium::cli

int main(int argc, char** argv) { return consilium::cli::Main(argc, argv); }
