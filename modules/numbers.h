#ifndef CONSILIUM_MODULES_NUMBERS_H_
#define CONSILIUM_MODULES_NUMBERS_H_

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>

#include "base/bytes.h"
#include "base/status.h"

// Arrays of float or double in messages: as they lie, little-endian (docs/formats).
namespace consilium {

template <typename Scalar>
using BitsOf = std::conditional_t<sizeof(Scalar) == 4, uint32_t, uint64_t>;

// No number of a message is beyond this, nor one that is made of messages and kept
// (docs/exchange.md): far above what models, their errors and sums over patients come to, and so
// far below the largest number that products of factors and sums over sites stay finite.
template <typename Scalar>
constexpr Scalar kLargestNumber = sizeof(Scalar) == 4 ? Scalar(1e15) : Scalar(1e30);

// Whether no magnitude among them is above `largest`, which is finite; NaN is.
template <typename Scalar>
bool AllWithin(std::span<const Scalar> values, Scalar largest = kLargestNumber<Scalar>) {
  constexpr BitsOf<Scalar> kMagnitude = static_cast<BitsOf<Scalar>>(-1) >> 1;
  const auto most = std::bit_cast<BitsOf<Scalar>>(largest);
  unsigned bad = 0;
  for (const Scalar value : values) {
    bad |= (std::bit_cast<BitsOf<Scalar>>(value) & kMagnitude) > most ? 1u : 0u;
  }
  return bad == 0;
}

// No NaN and no infinity among them.
template <typename Scalar>
bool AllFinite(std::span<const Scalar> values) {
  return AllWithin(values, std::numeric_limits<Scalar>::max());
}

// The largest magnitude; 0 of none. Requires finite numbers.
template <typename Scalar>
Scalar LargestOf(std::span<const Scalar> values) {
  Scalar largest = 0;
  for (const Scalar value : values) largest = std::max(largest, value < 0 ? -value : value);
  return largest;
}

// Refuses numbers beyond `largest`; `what` they are of.
template <typename Scalar>
Status CheckWithin(std::string_view what, std::span<const Scalar> values,
                   Scalar largest = kLargestNumber<Scalar>) {
  if (AllWithin(values, largest)) return OkStatus();
  for (const Scalar value : values) {
    if (AllWithin(std::span<const Scalar>(&value, 1), largest)) continue;
    return InvalidArgument("{} with {}, expected numbers between -{:g} and {:g}", what, value,
                           largest, largest);
  }
  return OkStatus();
}

inline void PutNumbers(ByteWriter& writer, std::span<const float> values) { writer.Floats(values); }
inline void PutNumbers(ByteWriter& writer, std::span<const double> values) {
  writer.Doubles(values);
}
inline void TakeNumbers(ByteReader& reader, std::span<float> values) { reader.Floats(values); }
inline void TakeNumbers(ByteReader& reader, std::span<double> values) { reader.Doubles(values); }

// Takes numbers of a message, of which the reader holds enough, and refuses those beyond `largest`;
// `values` may be half written then.
template <typename Scalar>
Status TakeNumbersWithin(std::string_view what, ByteReader& reader, std::span<Scalar> values,
                         Scalar largest = kLargestNumber<Scalar>) {
  constexpr size_t kAtOnce = 2048;  // still in the first cache when they are looked at
  for (size_t begin = 0; begin < values.size(); begin += kAtOnce) {
    const auto some = values.subspan(begin, std::min(kAtOnce, values.size() - begin));
    TakeNumbers(reader, some);
    RETURN_IF_ERROR(CheckWithin(what, std::span<const Scalar>(some), largest));
  }
  return OkStatus();
}

}  // namespace consilium

#endif  // CONSILIUM_MODULES_NUMBERS_H_
