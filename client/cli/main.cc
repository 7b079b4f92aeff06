#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "client/cli/command.h"
#include "nlohmann/json.hpp"

namespace consilium {
namespace {

// Every command of the binary.
constexpr AddCommand kCommands[] = {
    AddCohortCommand, AddConsultCommand,  AddPkiCommand,  AddRunCommand,
    AddSchemaCommand, AddSimulateCommand, AddSiteCommand,
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

int Main(int argc, char** argv) {
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
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  const Status status = invocation.action ? invocation.action() : OkStatus();
  invocation.out.flush();
  return Report(status, invocation);
}

}  // namespace
}  // namespace consilium

int main(int argc, char** argv) { return consilium::Main(argc, argv); }
