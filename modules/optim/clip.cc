#include <cmath>

#include "modules/optim/optimiser.h"

namespace consilium {
namespace {

// Sum of squares in eight interleaved parts, so that additions do not wait for one another.
double SquaredNorm(std::span<const float> values) {
  constexpr size_t kParts = 8;
  double parts[kParts] = {};
  size_t i = 0;
  for (; i + kParts <= values.size(); i += kParts) {
    for (size_t j = 0; j < kParts; ++j) {
      const double value = values[i + j];
      parts[j] += value * value;
    }
  }
  for (; i < values.size(); ++i) parts[0] += static_cast<double>(values[i]) * values[i];
  double sum = 0;
  for (const double part : parts) sum += part;
  return sum;
}

}  // namespace

double ClipByNorm(std::span<float> gradient, std::span<const Block> trainable, double limit) {
  double squares = 0;
  for (const Block& block : trainable) {
    squares += SquaredNorm(gradient.subspan(block.offset, block.size));
  }
  const double norm = std::sqrt(squares);
  if (limit <= 0 || norm <= limit) return norm;
  const auto scale = static_cast<float>(limit / norm);
  for (const Block& block : trainable) {
    for (float& value : gradient.subspan(block.offset, block.size)) value *= scale;
  }
  return norm;
}

}  // namespace consilium
