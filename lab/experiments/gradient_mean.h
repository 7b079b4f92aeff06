#ifndef CONSILIUM_LAB_EXPERIMENTS_GRADIENT_MEAN_H_
#define CONSILIUM_LAB_EXPERIMENTS_GRADIENT_MEAN_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "base/status.h"
#include "lab/experiments/compressed_training.h"

namespace consilium::experiments {

// All workers' side of a compressed mean of their gradients, each one matrix.
template <typename Scalar>
class GradientAverager {
 public:
  virtual ~GradientAverager() = default;

  // Writes the mean of one step's gradients.
  virtual Status Average(const std::vector<std::vector<Scalar>>& gradients,
                         std::vector<Scalar>& mean) = 0;

  // Numbers that a worker has sent so far; an index counts as one.
  virtual double floats() const = 0;
};

template <typename Scalar>
StatusOr<std::unique_ptr<GradientAverager<Scalar>>> MakeGradientAverager(
    const CompressedTraining& how, int rows, int cols, uint64_t seed);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_GRADIENT_MEAN_H_
