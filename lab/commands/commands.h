#ifndef CONSILIUM_LAB_COMMANDS_COMMANDS_H_
#define CONSILIUM_LAB_COMMANDS_COMMANDS_H_

#include "base/command/command.h"

namespace consilium::commands {

// The commands of the workbench: they work on files of this machine and ask no daemon.
void AddCohortCommand(const Command& program, Invocation& invocation);
void AddEvaluateCommand(const Command& program, Invocation& invocation);
void AddExperimentCommand(const Command& program, Invocation& invocation);
void AddModelCommand(const Command& program, Invocation& invocation);
void AddSchemaCommand(const Command& program, Invocation& invocation);
void AddSimulateCommand(const Command& program, Invocation& invocation);
void AddTopologyCommand(const Command& program, Invocation& invocation);
void AddTuneCommand(const Command& program, Invocation& invocation);

}  // namespace consilium::commands

#endif  // CONSILIUM_LAB_COMMANDS_COMMANDS_H_
