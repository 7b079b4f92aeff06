#ifndef CONSILIUM_CLIENT_CLI_CONSULT_ANSWERS_H_
#define CONSILIUM_CLIENT_CLI_CONSULT_ANSWERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace consilium {

struct WrittenAnswer {
  std::string feature;
  std::string value;
  int line = 0;
};

// Reads docs/formats/answers.md: lines `key = value`, in the order they are to be given. `source`
// names the text in errors, which name the line but never the value.
StatusOr<std::vector<WrittenAnswer>> ParseAnswers(std::string_view text, std::string_view source);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_CONSULT_ANSWERS_H_
