#ifndef CONSILIUM_CLIENT_CLI_COMMANDS_H_
#define CONSILIUM_CLIENT_CLI_COMMANDS_H_

#include "base/command/command.h"

namespace consilium::cli {

// The commands that ask a federation's daemons, or make its certificates.
void AddConsultCommand(CLI::App& app, Invocation& invocation);
void AddPkiCommand(CLI::App& app, Invocation& invocation);
void AddRunCommand(CLI::App& app, Invocation& invocation);
void AddSiteCommand(CLI::App& app, Invocation& invocation);

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_COMMANDS_H_
