#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "client/cli/commands.h"
#include "client/cli/connection.h"
#include "client/cli/consult.h"

namespace consilium::cli {

void AddConsultCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* consult =
      app.add_subcommand("consult", "Consult a hospital's node about one patient, step by step");
  consult->footer(
      "Example:\n"
      "  consilium consult --config clinician.toml\n"
      "With --answers FILE (lines key = value) nothing is asked.");
  auto options = std::make_shared<ConsultOptions>();
  auto choice = std::make_shared<ConnectionChoice>();
  AddConnectionOptions(*consult, *choice, "node");
  consult->add_option("--answers", options->answers, "File of answers");
  consult->add_option("--suggestions", options->suggestions, "How many next questions to rank")
      ->capture_default_str()
      ->check(CLI::Range(1, 20));
  consult->callback([options, choice, &invocation] {
    invocation.action = [options, choice, &invocation]() -> Status {
      ASSIGN_OR_RETURN(const Connection node, ResolveConnection(*choice, "node"));
      options->node = node.target;
      options->files = node.files;
      options->host = node.host;
      options->json = invocation.json;
      options->terminal = invocation.terminal;
      return Consult(*options, std::cin, invocation.out);
    };
  });
}

}  // namespace consilium::cli
