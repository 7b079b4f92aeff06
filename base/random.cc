#include "base/random.h"

#include <bit>
#include <numeric>

#include "base/portable_math.h"

namespace consilium {
namespace {

uint64_t SplitMix(uint64_t& state) {
  uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(uint64_t seed) {
  for (uint64_t& word : state_) word = SplitMix(seed);
}

Random Random::Named(uint64_t seed, std::string_view name, uint64_t index) {
  uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  uint64_t mixed = seed;
  mixed = SplitMix(mixed) ^ hash;
  mixed = SplitMix(mixed) ^ index;
  return Random(mixed);
}

uint64_t Random::Bits() {
  const uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::Uniform() { return static_cast<double>(Bits() >> 11) * 0x1.0p-53; }

uint64_t Random::Below(uint64_t bound) {
  const uint64_t limit = UINT64_MAX - UINT64_MAX % bound;  // a multiple of bound
  uint64_t bits = Bits();
  while (bits >= limit) bits = Bits();
  return bits % bound;
}

double Random::Normal() {
  // The half step keeps the argument inside (0, 1).
  return PortableNormalQuantile((static_cast<double>(Bits() >> 11) + 0.5) * 0x1.0p-53);
}

std::vector<int> Random::Permutation(int n) {
  std::vector<int> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  Shuffle(std::span<int>(order));
  return order;
}

}  // namespace consilium
