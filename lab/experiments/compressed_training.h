#ifndef CONSILIUM_LAB_EXPERIMENTS_COMPRESSED_TRAINING_H_
#define CONSILIUM_LAB_EXPERIMENTS_COMPRESSED_TRAINING_H_

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "lab/experiments/classifier.h"
#include "modules/compress/power_sgd.h"

namespace consilium::experiments {

// How workers' gradients become one.
enum class GradientMean {
  kExact,
  kPowerSgd,
  kUnbiased,  // (G U) U' with U of independent numbers of variance 1 / rank, drawn anew; no error
  kTopK,      // each worker's largest numbers of gradient and error
};

// Softmax regression whose only parameter is one matrix, classes x inputs, from 0, trained by
// workers each with a part of the cases.
struct CompressedTraining {
  GradientMean mean = GradientMean::kExact;
  int rank = 2;
  compress::PowerSgdForm form = compress::PowerSgdForm::kTwoSided;
  bool warm_start = true;
  bool error_feedback = true;
  int workers = 8;
  int batch = 32;  // of each worker in each step
  int steps = 150;
  double rate = 0.1;
  double momentum = 0.9;  // after decompression: x <- x - rate (d + m), m <- momentum m + d
};

struct TrainedMatrix {
  double train_loss = 0;  // infinite if training left the finite numbers; accuracies are 0 then
  double validation_accuracy = 0;
  double test_accuracy = 0;
  double floats = 0;  // that a worker sends in a step, on average; an index counts as one
  std::vector<double> weights;
};

// Scalar, of gradients and weights, is float or double. Refuses what compressors refuse.
template <typename Scalar>
StatusOr<TrainedMatrix> TrainCompressed(const ClassificationTask& task,
                                        const CompressedTraining& how, uint64_t seed);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_COMPRESSED_TRAINING_H_
