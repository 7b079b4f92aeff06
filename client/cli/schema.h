#ifndef CONSILIUM_CLIENT_CLI_SCHEMA_H_
#define CONSILIUM_CLIENT_CLI_SCHEMA_H_

#include <string>

#include "base/status.h"
#include "client/cli/answer.h"

namespace consilium {

// `consilium schema check`: what the schema holds, or everything that is wrong with it.
StatusOr<Answer> CheckSchema(const std::string& path);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_SCHEMA_H_
