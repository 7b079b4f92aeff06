#ifndef CONSILIUM_CLIENT_CLI_COMMANDS_H_
#define CONSILIUM_CLIENT_CLI_COMMANDS_H_

#include "base/command/command.h"

namespace consilium::cli {

// The commands that ask a federation's daemons, or make its certificates.
void AddConsultCommand(const Command& program, Invocation& invocation);
void AddPkiCommand(const Command& program, Invocation& invocation);
void AddRunCommand(const Command& program, Invocation& invocation);
void AddSiteCommand(const Command& program, Invocation& invocation);

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_COMMANDS_H_
