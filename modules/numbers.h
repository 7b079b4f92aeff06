#ifndef CONSILIUM_MODULES_NUMBERS_H_
#define CONSILIUM_MODULES_NUMBERS_H_

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <type_traits>

#include "base/bytes.h"

// Arrays of float or double in messages: as they lie, little-endian (docs/formats).
namespace consilium {

template <typename Scalar>
using BitsOf = std::conditional_t<sizeof(Scalar) == 4, uint32_t, uint64_t>;

// No NaN and no infinity among them.
template <typename Scalar>
bool AllFinite(std::span<const Scalar> values) {
  constexpr BitsOf<Scalar> kExponent = sizeof(Scalar) == 4
                                           ? BitsOf<Scalar>{0x7f800000u}
                                           : static_cast<BitsOf<Scalar>>(0x7ff0000000000000u);
  unsigned bad = 0;
  for (const Scalar value : values) {
    bad |= (std::bit_cast<BitsOf<Scalar>>(value) & kExponent) == kExponent ? 1u : 0u;
  }
  return bad == 0;
}

inline void PutNumbers(ByteWriter& writer, std::span<const float> values) { writer.Floats(values); }
inline void PutNumbers(ByteWriter& writer, std::span<const double> values) {
  writer.Doubles(values);
}
inline void TakeNumbers(ByteReader& reader, std::span<float> values) { reader.Floats(values); }
inline void TakeNumbers(ByteReader& reader, std::span<double> values) { reader.Doubles(values); }

// Takes numbers, of which the reader holds enough, until one is not finite; false then.
template <typename Scalar>
bool TakeFiniteNumbers(ByteReader& reader, std::span<Scalar> values) {
  constexpr size_t kAtOnce = 2048;  // still in the first cache when they are looked at
  for (size_t begin = 0; begin < values.size(); begin += kAtOnce) {
    const auto some = values.subspan(begin, std::min(kAtOnce, values.size() - begin));
    TakeNumbers(reader, some);
    if (!AllFinite(std::span<const Scalar>(some))) return false;
  }
  return true;
}

}  // namespace consilium

#endif  // CONSILIUM_MODULES_NUMBERS_H_
