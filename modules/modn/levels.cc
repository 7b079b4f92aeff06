#include "modules/modn/levels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace consilium::modn {
namespace {

using Bits = std::vector<uint64_t>;

Bits WhoAnswered(const std::vector<float>& values) {
  Bits bits((values.size() + 63) / 64, 0);
  for (size_t i = 0; i < values.size(); ++i) {
    if (!std::isnan(values[i])) bits[i / 64] |= uint64_t{1} << (i % 64);
  }
  return bits;
}

bool IsWithin(const Bits& part, const Bits& whole) {
  for (size_t i = 0; i < part.size(); ++i) {
    if ((part[i] & ~whole[i]) != 0) return false;
  }
  return true;
}

}  // namespace

std::vector<int> LevelsFromMissingness(const Examples& examples) {
  const size_t features = examples.values.size();
  std::vector<Bits> who;
  std::vector<int> count;
  for (size_t f = 0; f < features; ++f) {
    who.push_back(WhoAnswered(examples.values[f]));
    count.push_back(Observed(examples, static_cast<int>(f)));
  }
  // Who waits has fewer patients than what it waits for, so most patients first.
  std::vector<size_t> order(features);
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return count[a] > count[b]; });
  std::vector<int> levels(features, 0);
  for (size_t i = 0; i < features; ++i) {
    const size_t f = order[i];
    if (count[f] == 0) continue;
    for (size_t j = 0; j < i; ++j) {
      const size_t other = order[j];
      if (count[other] > count[f] && IsWithin(who[f], who[other])) {
        levels[f] = std::max(levels[f], levels[other] + 1);
      }
    }
  }
  return levels;
}

}  // namespace consilium::modn
