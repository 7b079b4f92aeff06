#ifndef CONSILIUM_MODULES_COMPRESS_MATRIX_CODEC_H_
#define CONSILIUM_MODULES_COMPRESS_MATRIX_CODEC_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/status.h"
#include "modules/compress/codec_bytes.h"

namespace consilium::compress {

// A compressor C that sees the numbers of one matrix as they lie and remembers nothing: what it
// writes depends on them and on the seed alone. Requires finite numbers, at least kFewestCoded of
// them. May keep room to work in: not thread-safe. Scalar is float or double.
template <typename Scalar>
class MatrixCodec {
 public:
  virtual ~MatrixCodec() = default;

  virtual CodecFormat format() const = 0;

  // Appends the bytes of `values` and writes what Decode makes of them, with the same bits.
  // `decoded` is as long as `values` and does not overlap them.
  virtual void Encode(std::span<const Scalar> values, uint64_t seed, ByteWriter& writer,
                      std::span<Scalar> decoded) = 0;

  // Takes the bytes of one matrix. Refuses what Encode never writes, numbers beyond
  // kLargestNumber included; `decoded` may be half written then.
  virtual Status Decode(ByteReader& reader, uint64_t seed, std::span<Scalar> decoded) = 0;

  // The d in 0..1 for which E |x - C(x)|^2 <= (1 - d) |x|^2 for every x of `size` numbers, where E
  // is over seeds.
  virtual double Contraction(size_t size) const = 0;

  // Whether E C(x) = x, over seeds.
  virtual bool unbiased() const { return false; }
};

// A matrix of fewer numbers is not worth a scale or an index: it goes as it is.
constexpr size_t kFewestCoded = 8;

// A share of `size` numbers, rounded up; at least 1.
inline size_t KeptOf(double keep, size_t size) {
  const double kept = std::ceil(keep * static_cast<double>(size));
  return std::clamp<size_t>(static_cast<size_t>(kept), 1, size);
}

// Refuses a step of which `largest` times is beyond kLargestNumber.
template <typename Scalar>
Status CheckStep(Scalar step, int largest) {
  return CheckWithin("step of a compressed message", std::span<const Scalar>(&step, 1),
                     kLargestNumber<Scalar> / static_cast<Scalar>(largest));
}

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_MATRIX_CODEC_H_
