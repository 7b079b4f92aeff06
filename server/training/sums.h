#ifndef CONSILIUM_SERVER_TRAINING_SUMS_H_
#define CONSILIUM_SERVER_TRAINING_SUMS_H_

#include <cstddef>

#include "server/data/schema.h"
#include "server/training/options.h"

// How many numbers the sites of a run add up when it ends (ModelSelection and
// ModelCalibration of learner.h); 0: the plan asks for no such step. Everybody, the coordinator
// included, knows them from the schema and the plan.
namespace consilium::training {

size_t SelectionSize(const data::Schema& schema, const TrainingOptions& options);
size_t CalibrationSize(const data::Schema& schema, const TrainingOptions& options);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_SUMS_H_
