#ifndef CONSILIUM_CLIENT_CLI_ANSWERS_H_
#define CONSILIUM_CLIENT_CLI_ANSWERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

// docs/formats/answers.md
namespace consilium::cli {

// One thing told about a patient. Not checked against a schema: the node does that.
struct ToldAnswer {
  std::string feature;
  std::string value;  // numbers as decimal text
  std::string unit;   // empty: the schema's
  bool unknown = false;
  std::vector<std::vector<double>> rows = {};  // of a vector, series or image, instead of a value
  std::string image = {};                      // the bytes of a PGM or PNG, instead of a value
};

// In the order of the file. Images are read from files named from `folder`. An error tells
// everything that is wrong, with line and column.
StatusOr<std::vector<ToldAnswer>> ParseAnswers(std::string_view text, std::string_view source_name,
                                               const std::string& folder = ".");
StatusOr<std::vector<ToldAnswer>> LoadAnswers(const std::string& path);

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_ANSWERS_H_
