#ifndef CONSILIUM_SERVER_TRAINING_READ_OPTIONS_H_
#define CONSILIUM_SERVER_TRAINING_READ_OPTIONS_H_

#include "server/training/options.h"

namespace consilium {
class TomlTable;
}  // namespace consilium

namespace consilium::training {

// Reads the tables of a plan that say how a site trains: [model], [training], [evaluation] and
// [normalisation] of docs/formats/plan.md. Complains in the document about whatever is wrong.
void ReadTrainingOptions(TomlTable& plan, TrainingOptions& options);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_READ_OPTIONS_H_
