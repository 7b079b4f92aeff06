#ifndef CONSILIUM_SERVER_TRAINING_COMPOSE_H_
#define CONSILIUM_SERVER_TRAINING_COMPOSE_H_

#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "server/training/model.h"

namespace consilium::training {

// Modules taken from one model. Borrows for the call.
struct ModulesFrom {
  std::string name;  // of the model, in messages
  const Model& model;
  std::vector<std::string> patterns;  // of plain names, see module_names.h; empty: all
};

// What to do about a module that several sources give with different values.
enum class Overlap { kRefuse, kFirst, kMean };

struct ComposedModel {
  Model model;
  std::vector<std::string> warnings;
};

// One model of modules of several: with the features whose encoders and the outcomes whose decoders
// were taken, each from the schema of the first source that gives it. An encoder brings its
// feature's normalisation; the mean of two of different scales is refused. Fails if the sizes of
// state or hidden layers differ, if a key means different things, or without an initial state and a
// decoder. Warns where initial states differ: encoders and decoders work together only if they were
// trained on one meaning of the state, such as from one start model.
StatusOr<ComposedModel> Compose(std::span<const ModulesFrom> sources,
                                Overlap overlap = Overlap::kRefuse);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_COMPOSE_H_
