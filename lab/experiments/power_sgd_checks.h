#ifndef CONSILIUM_LAB_EXPERIMENTS_POWER_SGD_CHECKS_H_
#define CONSILIUM_LAB_EXPERIMENTS_POWER_SGD_CHECKS_H_

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "modules/compress/power_sgd.h"

namespace consilium::experiments {

// PowerSGD on a matrix that does not change, without error: after each step the error of its
// approximation over that of the best of the same rank (by the eigenvalues of M' M). Independent
// standard normal numbers.
StatusOr<std::vector<double>> ErrorsOverBest(int rows, int cols, int rank, int steps,
                                             compress::PowerSgdForm form, uint64_t seed);

// Random gradients of `workers` through PowerSGD with error feedback: the largest of
// |sum of outputs + mean error - sum of mean gradients| over the largest of the latter, in float.
StatusOr<double> MassLost(int rows, int cols, int rank, int steps, int workers,
                          compress::PowerSgdForm form, uint64_t seed);

// The same outputs from errors of one's own reconstruction and of the aggregated one, in double:
// largest difference over the largest output.
StatusOr<double> LocalLessAggregated(int rows, int cols, int rank, int steps, int workers,
                                     uint64_t seed);

// Sites whose result differs in some bit from site 0's, over all rounds of an all-reduce with
// PowerSGD on a binary tree, whose weights differ.
StatusOr<int> SitesThatDisagree(int rows, int cols, int rank, int rounds, int sites,
                                compress::PowerSgdForm form, uint64_t seed);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_POWER_SGD_CHECKS_H_
