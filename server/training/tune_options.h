#ifndef CONSILIUM_SERVER_TRAINING_TUNE_OPTIONS_H_
#define CONSILIUM_SERVER_TRAINING_TUNE_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "modules/optim/search_space.h"
#include "server/training/options.h"

namespace consilium {
class TomlTable;
}  // namespace consilium

namespace consilium::training {

// The [tune] table of a plan: what `consilium tune` searches, and how long.
struct TuneOptions {
  int trials = 50;  // of each search
  uint64_t seed = 1;
  std::string training = "federated";  // federated | local: each site alone, without exchange
  std::string score = "loss";          // loss | auroc | macro_f1 | accuracy: picks by validation
  std::vector<optim::SearchSpace> searches = optim::PublishedSearchSpaces();
};

// Complains in the document about whatever is wrong. `training` are the plan's own options, already
// read: searches of the plan's own start from them.
void ReadTune(TomlTable& tune, const TrainingOptions& training, TuneOptions& options);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_TUNE_OPTIONS_H_
