#ifndef CONSILIUM_MODULES_COMPRESS_VECTOR_CODEC_H_
#define CONSILIUM_MODULES_COMPRESS_VECTOR_CODEC_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "modules/compress/matrix_codec.h"
#include "modules/slices.h"
#include "modules/traffic.h"

namespace consilium::compress {

// A matrix codec over every matrix of a flat vector, in order, behind one header
// (docs/formats/exchange-messages.md); matrices of fewer than kFewestCoded numbers go as they are.
// What it writes depends on the seed and the message's serial number. Not thread-safe.
template <typename Scalar>
class VectorCodec {
 public:
  // Requires what CheckMatrices does.
  VectorCodec(const FlatShape& shape, std::unique_ptr<MatrixCodec<Scalar>> codec, uint64_t seed);

  size_t size() const { return size_; }
  const std::vector<Block>& blocks() const { return blocks_; }
  const std::vector<MatrixSlice>& matrices() const { return matrices_; }

  // Appends the message of `values` and writes what Decode makes of it, with the same bits.
  void Encode(std::span<const Scalar> values, uint32_t serial, ByteWriter& writer,
              std::span<Scalar> decoded);

  // Refuses a message of another format, serial number, length or with numbers beyond
  // kLargestNumber; `decoded` may be half written then.
  Status Decode(std::string_view bytes, uint32_t serial, std::span<Scalar> decoded);

  // The same piece by piece: a message is its beginning of kCodecHeaderBytes, then the matrices in
  // order. `values` and `decoded` are of the matrix; what is to be decoded may end too early, and
  // is then refused.
  void WriteBeginning(uint32_t serial, ByteWriter& writer) const;
  Status CheckBeginning(std::string_view bytes, uint32_t serial) const;
  void EncodeMatrix(size_t matrix, uint32_t serial, std::span<const Scalar> values,
                    ByteWriter& writer, std::span<Scalar> decoded);
  Status DecodeMatrix(size_t matrix, uint32_t serial, ByteReader& reader,
                      std::span<Scalar> decoded);

  // Adds the bytes of the message encoded, or decoded, last, without its header, to those of each
  // block.
  void AddBytes(std::span<BlockTraffic> by_block) const { Add(bytes_, by_block); }
  void AddBytesDecoded(std::span<BlockTraffic> by_block) const { Add(decoded_, by_block); }

 private:
  uint64_t SeedOf(uint32_t serial, size_t matrix) const;
  void Add(const std::vector<uint64_t>& bytes, std::span<BlockTraffic> by_block) const;

  std::vector<Block> blocks_;
  std::vector<MatrixSlice> matrices_;
  size_t size_;
  std::unique_ptr<MatrixCodec<Scalar>> codec_;
  uint64_t seed_;
  std::vector<uint64_t> bytes_;  // of each block
  std::vector<uint64_t> decoded_;
};

// Adds the squared norms of `wanted` and of wanted - said, of each block. Nothing if `wanted` is
// empty.
template <typename Scalar>
void AddSquares(std::span<const Block> blocks, std::span<const Scalar> wanted,
                std::span<const Scalar> said, std::span<BlockTraffic> by_block);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_VECTOR_CODEC_H_
