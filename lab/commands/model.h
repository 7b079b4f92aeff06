#ifndef CONSILIUM_LAB_COMMANDS_MODEL_H_
#define CONSILIUM_LAB_COMMANDS_MODEL_H_

#include <string>
#include <vector>

#include "base/command/output.h"
#include "base/status.h"

// `consilium model`: models as files, and in the state folder of a node that does not run.
namespace consilium::commands {

// What the file holds, module by module.
StatusOr<Output> ShowModel(const std::string& path);

struct ComposeOptions {
  std::string out;
  std::vector<std::string> from;   // FILE, or FILE:PATTERN,PATTERN,...
  std::string overlap = "refuse";  // refuse | first | mean
};
StatusOr<Output> ComposeModels(const ComposeOptions& options);

// Writes the newest model of `run` that the node keeps; of an empty `run`, the newest of all.
StatusOr<Output> ExportModel(const std::string& state, const std::string& run,
                             const std::string& out);

// Stores a model's file at the node, which then serves it: how a new site comes by a start model.
StatusOr<Output> ImportModel(const std::string& state, const std::string& path);

}  // namespace consilium::commands

#endif  // CONSILIUM_LAB_COMMANDS_MODEL_H_
