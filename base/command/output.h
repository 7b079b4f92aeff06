#ifndef CONSILIUM_BASE_COMMAND_OUTPUT_H_
#define CONSILIUM_BASE_COMMAND_OUTPUT_H_

#include <string>

#include "base/command/command.h"
#include "base/status.h"

namespace consilium {

// What a command has to say, the same for a person and for a machine.
struct Output {
  std::string text;  // lines, without a trailing newline
  std::string json;  // one value
};

// Writes the part of `output` that is asked for, or gives its error.
Status Print(const StatusOr<Output>& output, Invocation& invocation);

}  // namespace consilium

#endif  // CONSILIUM_BASE_COMMAND_OUTPUT_H_
