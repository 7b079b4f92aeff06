#ifndef CONSILIUM_LAB_COMMANDS_COMMANDS_H_
#define CONSILIUM_LAB_COMMANDS_COMMANDS_H_

#include "base/command/command.h"

namespace consilium::commands {

// The commands of the workbench: they work on files of this machine and ask no daemon.
void AddCohortCommand(CLI::App& app, Invocation& invocation);
void AddEvaluateCommand(CLI::App& app, Invocation& invocation);
void AddExperimentCommand(CLI::App& app, Invocation& invocation);
void AddModelCommand(CLI::App& app, Invocation& invocation);
void AddSchemaCommand(CLI::App& app, Invocation& invocation);
void AddSimulateCommand(CLI::App& app, Invocation& invocation);
void AddTopologyCommand(CLI::App& app, Invocation& invocation);
void AddTuneCommand(CLI::App& app, Invocation& invocation);

}  // namespace consilium::commands

#endif  // CONSILIUM_LAB_COMMANDS_COMMANDS_H_
