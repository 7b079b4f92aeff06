#ifndef CONSILIUM_LAB_EXPERIMENTS_SINGLE_SHOT_H_
#define CONSILIUM_LAB_EXPERIMENTS_SINGLE_SHOT_H_

#include <cstdint>

#include "base/status.h"
#include "lab/air/air_scheme.h"

namespace consilium::experiments {

struct SingleShot {
  air::AirSchemeOptions scheme;
  int rows = 200;
  int cols = 200;
  int rank = 4;  // of the matrix, exactly
  double power = 1000;
  int sites = 1;  // which all give the same matrix
  int trials = 20;
};

// E ||D - M||^2 / ||M||^2 where D is what arrives of M over a Gaussian channel of noise 1, in a
// second round: the first, without noise, has shown the scheme which directions M has.
StatusOr<double> RelativeNoise(const SingleShot& how, uint64_t seed);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_SINGLE_SHOT_H_
