#ifndef CONSILIUM_LAB_EXPERIMENTS_LABEL_SKEW_H_
#define CONSILIUM_LAB_EXPERIMENTS_LABEL_SKEW_H_

#include <cstdint>
#include <vector>

#include "lab/experiments/classifier.h"

namespace consilium::experiments {

// The rows of each site, as many at each: a site has the classes in shares of its own, drawn from a
// Dirichlet distribution with all its parameters alpha (Hsu, Qi and Brown 2019). A large alpha
// makes sites alike; with 0.01 most have one class. Who comes last takes what is left.
// Requires 0 < sites <= rows.
std::vector<std::vector<int>> SkewedParts(const Rows& rows, int sites, double alpha, uint64_t seed);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_LABEL_SKEW_H_
