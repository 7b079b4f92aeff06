#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "base/command/command_line.h"
#include "base/json.h"
#include "base/wire/grpc_log.h"
#include "client/cli/commands.h"
#include "lab/commands/commands.h"

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
    const Json error = {{"error",
                         {{"code", absl::StatusCodeToString(status.code())},
                          {"message", std::string(Message(status))}}}};
    invocation.err << error.Text() << "\n";
  } else {
    invocation.err << "error: " << Message(status) << "\n";
  }
  return IsUsageError(status) ? kExitUsage : kExitFailed;
}

bool Asks(int argc, char** argv, std::string_view option) {
  return std::any_of(argv + 1, argv + argc, [&](const char* each) { return option == each; });
}

int Main(int argc, char** argv) {
  wire::RedirectGrpcLog([](std::string_view) {});  // what matters of it is in our own errors
  Invocation invocation{.out = std::cout, .err = std::cerr, .terminal = isatty(STDOUT_FILENO) == 1};
  CommandLine line(
      {.name = "consilium",
       .what = "Federated clinical decision support: consilium COMMAND --help explains a command.",
       .version = CONSILIUM_VERSION,
       .options_anywhere = true});
  line.program().Option("--json", &invocation.json, "Write JSON for machines");
  for (const AddCommand add : kCommands) add(line.program(), invocation);
  const StatusOr<bool> parsed = line.Parse(argc, argv);
  if (!parsed.ok()) {
    invocation.json = invocation.json || Asks(argc, argv, "--json");
    return Report(UsageError(InvalidArgument("{}", line.Explain(parsed.status()))), invocation);
  }
  const Status status = *parsed && invocation.action ? invocation.action() : OkStatus();
  invocation.out.flush();
  return Report(status, invocation);
}

}  // namespace
}  // namespace consilium::cli

int main(int argc, char** argv) { return consilium::cli::Main(argc, argv); }
