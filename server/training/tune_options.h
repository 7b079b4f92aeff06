#ifndef CONSILIUM_SERVER_TRAINING_TUNE_OPTIONS_H_
#define CONSILIUM_SERVER_TRAINING_TUNE_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "modules/optim/search_space.h"
#include "server/training/options.h"

namespace consilium {
class Fields;
class TomlTable;
}  // namespace consilium

namespace consilium::training {

enum class TuneTraining { kFederated, kLocal };  // local: each site alone, without exchange
enum class TuneScore { kLoss, kAuroc, kMacroF1, kAccuracy };

// The [tune] table of a plan: what `consilium tune` searches, and how long.
struct TuneOptions {
  int trials = 50;  // of each search
  uint64_t seed = 1;
  TuneTraining training = TuneTraining::kFederated;
  TuneScore score = TuneScore::kLoss;  // picks by validation
  std::vector<optim::SearchSpace> searches = optim::PublishedSearchSpaces();
};

// The keys of [tune]; `searches` are the published ones that it names.
void DeclareTune(Fields& fields, TuneOptions& options, std::vector<std::string>& searches);

// Complains in the document about whatever is wrong. `training` are the plan's own options, already
// read: searches of the plan's own start from them.
void ReadTune(TomlTable& tune, const TrainingOptions& training, TuneOptions& options);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_TUNE_OPTIONS_H_
