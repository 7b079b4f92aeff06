#ifndef CONSILIUM_CLIENT_CLI_ANSWERS_H_
#define CONSILIUM_CLIENT_CLI_ANSWERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

// docs/formats/answers.md
namespace consilium {

// One thing told about a patient. Not checked against a schema: the node does that.
struct ToldAnswer {
  std::string feature;
  std::string value;  // numbers as decimal text
  std::string unit;   // empty: the schema's
  bool unknown = false;
};

// In the order of the file. An error tells everything that is wrong, with line and column.
StatusOr<std::vector<ToldAnswer>> ParseAnswers(std::string_view text, std::string_view source_name);
StatusOr<std::vector<ToldAnswer>> LoadAnswers(const std::string& path);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_ANSWERS_H_
