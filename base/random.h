#ifndef CONSILIUM_BASE_RANDOM_H_
#define CONSILIUM_BASE_RANDOM_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace consilium {

// A reproducible stream of numbers: the same seed and name give the same bits on every machine.
// Not for secrets. Not thread-safe; give every thread its own stream.
// Generator: xoshiro256++ (Blackman and Vigna 2019) seeded through splitmix64.
class Random {
 public:
  explicit Random(uint64_t seed);

  // A stream of its own for each (seed, name, index): Random::Named(plan.seed, "shuffle", round).
  static Random Named(uint64_t seed, std::string_view name, uint64_t index = 0);

  uint64_t Bits();
  double Uniform();                // in [0, 1)
  uint64_t Below(uint64_t bound);  // in [0, bound), unbiased; requires bound > 0
  double Normal();                 // mean 0, variance 1

  template <typename T>
  void Shuffle(std::span<T> items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[Below(i)]);
  }

  // 0, 1, ..., n-1 in random order.
  std::vector<int> Permutation(int n);

 private:
  uint64_t state_[4];
};

}  // namespace consilium

#endif  // CONSILIUM_BASE_RANDOM_H_
