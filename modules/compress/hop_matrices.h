#ifndef CONSILIUM_MODULES_COMPRESS_HOP_MATRICES_H_
#define CONSILIUM_MODULES_COMPRESS_HOP_MATRICES_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "modules/compress/compressor.h"
#include "modules/slices.h"

namespace consilium::compress {

// The messages of a HopCodec a matrix at a time, for a root that forms the mean while sums come in
// and holds none of them whole: the same bytes, and the same bits of what they say. A message is
// its beginning, then its matrices in order. Not thread-safe.
template <typename Scalar>
class HopMatrices {
 public:
  virtual ~HopMatrices() = default;

  virtual const std::vector<MatrixSlice>& matrices() const = 0;

  // `serial` is the round. Refuses what is not the beginning of a message, or shorter than one.
  virtual std::string Beginning(uint32_t serial) const = 0;
  virtual Status CheckBeginning(std::string_view bytes, uint32_t serial) const = 0;

  // Takes a matrix of any site's message, of which the reader may hold too little: that is refused
  // as well. `values` may be half written then.
  virtual Status Decode(size_t matrix, uint32_t serial, ByteReader& reader,
                        std::span<Scalar> values) = 0;

  // Appends a matrix of the mean plus its error; what that leaves out is the error from then on.
  // Writes over `mean`.
  virtual void Encode(size_t matrix, uint32_t serial, std::span<Scalar> mean,
                      ByteWriter& writer) = 0;
};

// Refuses what MakeHopCodec does.
template <typename Scalar>
StatusOr<std::unique_ptr<HopMatrices<Scalar>>> MakeHopMatrices(const CompressorOptions& options,
                                                               const FlatShape& shape,
                                                               uint64_t seed);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_HOP_MATRICES_H_
