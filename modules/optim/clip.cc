#include "modules/optim/clip.h"

#include <algorithm>
#include <cmath>

namespace consilium::optim {
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

void Scale(std::span<float> values, double factor) {
  const auto scale = static_cast<float>(factor);
  for (float& value : values) value *= scale;
}

}  // namespace

double ClipByNorm(std::span<float> gradient, std::span<const Block> trainable, double limit) {
  double squares = 0;
  for (const Block& block : trainable) {
    squares += SquaredNorm(gradient.subspan(block.offset, block.size));
  }
  const double norm = std::sqrt(squares);
  if (limit <= 0 || norm <= limit) return norm;
  for (const Block& block : trainable) {
    Scale(gradient.subspan(block.offset, block.size), limit / norm);
  }
  return norm;
}

double ClipEachByNorm(std::span<float> gradient, std::span<const Block> trainable, double limit) {
  double largest = 0;
  for (const Block& block : trainable) {
    largest = std::max(largest, ClipByNorm(gradient, std::span(&block, 1), limit));
  }
  return largest;
}

double Clip(ClipScope scope, std::span<float> gradient, std::span<const Block> trainable,
            double limit) {
  return scope == ClipScope::kModule ? ClipEachByNorm(gradient, trainable, limit)
                                     : ClipByNorm(gradient, trainable, limit);
}

}  // namespace consilium::optim
