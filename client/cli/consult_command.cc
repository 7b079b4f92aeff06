#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "client/cli/command.h"
#include "client/cli/consult.h"

namespace consilium {

void AddConsultCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* consult =
      app.add_subcommand("consult", "Consult a hospital's node about one patient, step by step");
  consult->footer(
      "Example:\n"
      "  consilium consult --node node.cleveland.example:7443 --certificate doctor-who.crt "
      "--key doctor-who.key --authority authority.crt\n"
      "With --answers FILE (lines key = value) nothing is asked.");
  auto options = std::make_shared<ConsultOptions>();
  consult->add_option("--node", options->node, "The node: HOST:PORT")->required();
  consult->add_option("--certificate", options->files.certificate, "A clinician's certificate")
      ->required();
  consult->add_option("--key", options->files.key, "Its key")->required();
  consult->add_option("--authority", options->files.authority, "The authority's certificate")
      ->required();
  consult->add_option("--host", options->host,
                      "Name in the node's certificate, if not the host of --node");
  consult->add_option("--answers", options->answers, "File of answers");
  consult->add_option("--suggestions", options->suggestions, "How many next questions to rank")
      ->capture_default_str()
      ->check(CLI::Range(1, 20));
  consult->callback([options, &invocation] {
    invocation.action = [options, &invocation] {
      options->json = invocation.json;
      options->terminal = invocation.terminal;
      return Consult(*options, std::cin, invocation.out);
    };
  });
}

}  // namespace consilium
