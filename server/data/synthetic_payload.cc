#include "server/data/synthetic_payload.h"

#include <algorithm>
#include <cmath>

namespace consilium::data {
namespace {

constexpr uint64_t kLoadingsSeed = 1989;

// How strongly a component follows z: the same at every site.
double Loading(const Feature& feature, int component) {
  Random stream = Random::Named(kLoadingsSeed, feature.key, static_cast<uint64_t>(component));
  const double size = 0.4 + 0.5 * stream.Uniform();
  return stream.Uniform() < 0.5 ? -size : size;
}

// `standing` in standard deviations, as a value of the component with some four digits.
float ValueOf(const Feature& feature, const Scale& scale, int component, double standing) {
  const Range& range = RangeOf(feature, component);
  double parts = 1;  // of one
  while ((range.max - range.min) * parts < 2000 && parts < 1e9) parts *= 10;
  const double value = scale.mean + 0.8 * scale.sd * standing;
  return static_cast<float>(std::clamp(std::round(value * parts) / parts, range.min, range.max));
}

std::vector<float> Vector(const Feature& feature, const std::vector<Scale>& scales, double z,
                          Random& random) {
  std::vector<float> numbers;
  for (int c = 0; c < feature.width; ++c) {
    const double loading = Loading(feature, c);
    const double standing = loading * z + std::sqrt(1 - loading * loading) * random.Normal();
    numbers.push_back(ValueOf(feature, scales[static_cast<size_t>(c)], c, standing));
  }
  return numbers;
}

// From a level of its own each component rises or falls over the series by as much as z says.
std::vector<float> Series(const Feature& feature, const std::vector<Scale>& scales, double z,
                          Random& random) {
  const int length = std::min(3 + static_cast<int>(random.Below(18)), feature.longest);
  std::vector<double> level;
  for (int c = 0; c < feature.width; ++c) level.push_back(0.7 * random.Normal());
  std::vector<float> numbers;
  for (int t = 0; t < length; ++t) {
    const double passed = length > 1 ? static_cast<double>(t) / (length - 1) - 0.5 : 0;
    for (int c = 0; c < feature.width; ++c) {
      const auto i = static_cast<size_t>(c);
      const double standing =
          level[i] + 2 * Loading(feature, c) * z * passed + 0.4 * random.Normal();
      numbers.push_back(ValueOf(feature, scales[i], c, standing));
    }
  }
  return numbers;
}

// A round spot somewhere on a dim, noisy ground; the higher z, the larger and brighter. Grey values
// are those 8 bits can say.
std::vector<float> Image(const Feature& feature, double z, Random& random) {
  const double side = std::min(feature.width, feature.height);
  const double x0 = (0.3 + 0.4 * random.Uniform()) * feature.width;
  const double y0 = (0.3 + 0.4 * random.Uniform()) * feature.height;
  const double strength = std::clamp(0.5 + 0.15 * z, 0.05, 0.95);
  const double radius = side * (0.1 + 0.15 * strength);
  std::vector<float> grey;
  for (int y = 0; y < feature.height; ++y) {
    for (int x = 0; x < feature.width; ++x) {
      const double dx = (x + 0.5 - x0) / radius, dy = (y + 0.5 - y0) / radius;
      const double spot = strength * std::max(0.0, 1 - (dx * dx + dy * dy) / 4);
      const double value = 0.15 + 0.8 * spot + 0.05 * random.Normal();
      grey.push_back(static_cast<float>(std::round(std::clamp(value, 0.0, 1.0) * 255)) / 255);
    }
  }
  return grey;
}

}  // namespace

std::vector<float> SynthesisePayload(const Feature& feature, const Normalisation& scales,
                                     size_t index, double z, Random& random) {
  if (feature.kind == FeatureKind::kImage) return Image(feature, z, random);
  const std::vector<Scale>& each = scales.components[index];
  return feature.kind == FeatureKind::kSeries ? Series(feature, each, z, random)
                                              : Vector(feature, each, z, random);
}

}  // namespace consilium::data
