#include <iostream>

#include "base/command/work.h"
#include "client/cli/commands.h"
#include "client/cli/connection.h"
#include "client/cli/consult.h"

namespace consilium::cli {
namespace {

struct ConsultChoice {
  ConsultOptions options;
  ConnectionChoice connection;
};

Status RunConsult(const ConsultChoice& choice, Invocation& invocation) {
  ASSIGN_OR_RETURN(const Connection node, ResolveConnection(choice.connection, "node"));
  ConsultOptions options = choice.options;
  options.node = node.target;
  options.files = node.files;
  options.host = node.host;
  options.json = invocation.json;
  options.terminal = invocation.terminal;
  return Consult(options, std::cin, invocation.out);
}

}  // namespace

void AddConsultCommand(const Command& program, Invocation& invocation) {
  const auto [command, choice] = AddWork<ConsultChoice>(
      program, invocation, "consult", "Consult a hospital's node about one patient, step by step",
      "--config clinician.toml\nWith --answers FILE (lines key = value) nothing is asked.",
      RunConsult);
  AddConnectionOptions(command, choice->connection, "node");
  command.Option("--answers", &choice->options.answers, "File of answers");
  command.Option("--suggestions", &choice->options.suggestions, "How many next questions to rank",
                 {.show_default = true, .within = Bounds{1, 20}});
}

}  // namespace consilium::cli
