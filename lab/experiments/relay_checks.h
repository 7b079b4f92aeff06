#ifndef CONSILIUM_LAB_EXPERIMENTS_RELAY_CHECKS_H_
#define CONSILIUM_LAB_EXPERIMENTS_RELAY_CHECKS_H_

#include <cstdint>

#include "base/status.h"
#include "modules/topology/graph.h"

// What can be said of RelaySum without training anything.
namespace consilium::experiments {

// The largest distance from the exact mean of random numbers, one at each site, after as many
// rounds with these constant inputs as the tree has hops.
StatusOr<double> MeanError(const topology::Graph& tree, uint64_t seed);

// What is left, at the end, of a step of 1 that all sites make once, when all have heard of all.
StatusOr<double> PulseLeft(const topology::Graph& tree);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_RELAY_CHECKS_H_
