#ifndef CONSILIUM_MODULES_MODN_NORMAL_OUTCOME_H_
#define CONSILIUM_MODULES_MODN_NORMAL_OUTCOME_H_

#include <cmath>

namespace consilium::modn {

// An outcome that is a number: its decoder gives a mean m and z, which stands for the log-deviation
// B tanh(z / B). So the deviation stays within e^-B and e^B, whatever the network learns, and
// neither the loss nor its gradient can blow up at values predicted too surely.
inline constexpr double kLogDeviationBound = 4;

template <typename Scalar>
Scalar LogDeviation(Scalar z) {
  const auto bound = static_cast<Scalar>(kLogDeviationBound);
  return bound * std::tanh(z / bound);
}

// From d(loss)/d(log-deviation) to d(loss)/dz.
template <typename Scalar>
Scalar LogDeviationSlope(Scalar log_deviation) {
  const Scalar t = log_deviation / static_cast<Scalar>(kLogDeviationBound);
  return 1 - t * t;
}

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_NORMAL_OUTCOME_H_
