#ifndef CONSILIUM_SERVER_TRAINING_MODEL_H_
#define CONSILIUM_SERVER_TRAINING_MODEL_H_

#include <string>
#include <vector>

#include "base/clock.h"
#include "server/data/schema.h"
#include "server/training/calibration.h"

namespace consilium::training {

// A trained model as a site keeps it: all that a consultation needs, immutable.
// docs/formats/model.md says how it is written to bytes (server/storage/model_file.h).
struct Model {
  std::string run;
  uint64_t generation = 0;
  int rounds = 0;
  Time created;
  data::Schema schema;
  int state = 30;  // with the schema this fixes the architecture and layout
  int hidden = 32;
  int feature_decoder_hidden = 0;
  std::vector<float> parameters;
  std::vector<double> statistics;  // as agreed by the federation: fixes the normalisation
  Calibration calibration;         // likewise; empty if the plan set no patients aside for it

  // Of this site's training patients, never sent: for each feature of the schema the share of
  // patients in each bin (categories; or ten equal parts of the range), empty if never observed
  // or if it is a vector, series or image.
  // Used to weigh possible answers when the next question is chosen.
  std::vector<std::vector<float>> answer_shares;
};

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_MODEL_H_
