#ifndef CONSILIUM_CLIENT_CLI_ANSWER_H_
#define CONSILIUM_CLIENT_CLI_ANSWER_H_

#include <string>

namespace consilium {

// What a command has to say, the same for a person and for a machine.
struct Answer {
  std::string text;  // lines, without a trailing newline
  std::string json;  // one value
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_ANSWER_H_
