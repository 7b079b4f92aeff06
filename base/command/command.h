#ifndef CONSILIUM_BASE_COMMAND_COMMAND_H_
#define CONSILIUM_BASE_COMMAND_COMMAND_H_

#include <functional>
#include <ostream>

#include "base/status.h"

// How a command of `consilium` is written. One file per command, <name>_command.cc, with one
// function `void Add<Name>Command(const Command& program, Invocation& invocation)` that adds a
// command with its work, an example (work.h) and its options (command_line.h). The function is
// declared in its folder's commands.h and listed in client/cli/main.cc. The work itself is a
// library function that takes a plain struct.
namespace consilium {

enum ExitCode { kExitOk = 0, kExitFailed = 1, kExitUsage = 2 };

// Where a command writes, and what the command line chose. Outlives every command.
struct Invocation {
  std::ostream& out;
  std::ostream& err;
  bool json = false;      // --json, anywhere on the line: machines read `out`
  bool terminal = false;  // `out` is a terminal: progress bars are welcome

  // Runs after the whole line is parsed. Its error becomes "error: ..." and exit code 1, or 2 if
  // made by UsageError.
  std::function<Status()> action = {};
};

// Marks an error as a mistake on the command line.
Status UsageError(const Status& status);
bool IsUsageError(const Status& status);

class Command;
using AddCommand = void (*)(const Command& program, Invocation& invocation);

}  // namespace consilium

#endif  // CONSILIUM_BASE_COMMAND_COMMAND_H_
