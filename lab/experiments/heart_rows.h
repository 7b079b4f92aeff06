#ifndef CONSILIUM_LAB_EXPERIMENTS_HEART_ROWS_H_
#define CONSILIUM_LAB_EXPERIMENTS_HEART_ROWS_H_

#include <string>

#include "base/status.h"
#include "lab/experiments/classifier.h"

namespace consilium::experiments {

// The four hospitals' patients together as plain rows (means where a value is missing), shuffled by
// the seed: half to train on, a quarter each for validation and test. NotFound if `data` has no
// heart/.
StatusOr<ClassificationTask> HeartTask(const std::string& data, uint64_t seed);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_HEART_ROWS_H_
