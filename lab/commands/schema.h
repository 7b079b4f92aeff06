#ifndef CONSILIUM_LAB_COMMANDS_SCHEMA_H_
#define CONSILIUM_LAB_COMMANDS_SCHEMA_H_

#include <string>

#include "base/command/output.h"
#include "base/status.h"

namespace consilium::commands {

// `consilium schema check`: what the schema holds, or everything that is wrong with it.
StatusOr<Output> CheckSchema(const std::string& path);

}  // namespace consilium::commands

#endif  // CONSILIUM_LAB_COMMANDS_SCHEMA_H_
