#include "modules/compress/vector_codec.h"

#include <algorithm>
#include <utility>

#include "base/random.h"
#include "modules/numbers.h"

namespace consilium::compress {

template <typename Scalar>
VectorCodec<Scalar>::VectorCodec(const FlatShape& shape, std::unique_ptr<MatrixCodec<Scalar>> codec,
                                 uint64_t seed)
    : blocks_(shape.blocks),
      matrices_(shape.matrices),
      size_(shape.size()),
      codec_(std::move(codec)),
      seed_(seed),
      bytes_(shape.blocks.size()),
      decoded_(shape.blocks.size()) {}

template <typename Scalar>
uint64_t VectorCodec<Scalar>::SeedOf(uint32_t serial, size_t matrix) const {
  const uint64_t index = static_cast<uint64_t>(serial) << 32 | static_cast<uint64_t>(matrix);
  return Random::Named(seed_, "matrix", index).Bits();
}

template <typename Scalar>
void VectorCodec<Scalar>::WriteBeginning(uint32_t serial, ByteWriter& writer) const {
  WriteCodecHeader<Scalar>(writer, codec_->format(), serial);
}

template <typename Scalar>
Status VectorCodec<Scalar>::CheckBeginning(std::string_view bytes, uint32_t serial) const {
  return CheckCodecHeader<Scalar>(bytes, codec_->format(), serial);
}

template <typename Scalar>
void VectorCodec<Scalar>::EncodeMatrix(size_t matrix, uint32_t serial,
                                       std::span<const Scalar> values, ByteWriter& writer,
                                       std::span<Scalar> decoded) {
  if (values.size() >= kFewestCoded) {
    return codec_->Encode(values, SeedOf(serial, matrix), writer, decoded);
  }
  PutNumbers(writer, values);
  std::ranges::copy(values, decoded.begin());
}

template <typename Scalar>
Status VectorCodec<Scalar>::DecodeMatrix(size_t matrix, uint32_t serial, ByteReader& reader,
                                         std::span<Scalar> decoded) {
  if (decoded.size() >= kFewestCoded) {
    RETURN_IF_ERROR(codec_->Decode(reader, SeedOf(serial, matrix), decoded));
  } else {
    RETURN_IF_ERROR(TakeNumbersWithin("compressed message", reader, decoded));
  }
  return reader.failed() ? RefuseLength() : OkStatus();
}

template <typename Scalar>
void VectorCodec<Scalar>::Encode(std::span<const Scalar> values, uint32_t serial,
                                 ByteWriter& writer, std::span<Scalar> decoded) {
  WriteBeginning(serial, writer);
  std::fill(bytes_.begin(), bytes_.end(), 0);
  for (size_t k = 0; k < matrices_.size(); ++k) {
    const MatrixSlice& matrix = matrices_[k];
    const size_t before = writer.size();
    EncodeMatrix(k, serial, values.subspan(matrix.offset, matrix.size()), writer,
                 decoded.subspan(matrix.offset, matrix.size()));
    bytes_[static_cast<size_t>(matrix.block)] += writer.size() - before;
  }
}

template <typename Scalar>
Status VectorCodec<Scalar>::Decode(std::string_view bytes, uint32_t serial,
                                   std::span<Scalar> decoded) {
  RETURN_IF_ERROR(CheckBeginning(bytes, serial));
  ByteReader reader(bytes.substr(kCodecHeaderBytes));
  std::fill(decoded_.begin(), decoded_.end(), 0);
  for (size_t k = 0; k < matrices_.size(); ++k) {
    const MatrixSlice& matrix = matrices_[k];
    const size_t before = reader.remaining();
    RETURN_IF_ERROR(DecodeMatrix(k, serial, reader, decoded.subspan(matrix.offset, matrix.size())));
    decoded_[static_cast<size_t>(matrix.block)] += before - reader.remaining();
  }
  if (reader.remaining() > 0) {
    return InvalidArgument(
        "compressed message of {} bytes, expected {}: shape or compression differ", bytes.size(),
        bytes.size() - reader.remaining());
  }
  return OkStatus();
}

template <typename Scalar>
void VectorCodec<Scalar>::Add(const std::vector<uint64_t>& bytes,
                              std::span<BlockTraffic> by_block) const {
  for (size_t b = 0; b < bytes.size(); ++b) {
    by_block[b].bytes += bytes[b];
    by_block[b].numbers += blocks_[b].size;
  }
}

template <typename Scalar>
void AddSquares(std::span<const Block> blocks, std::span<const Scalar> wanted,
                std::span<const Scalar> said, std::span<BlockTraffic> by_block) {
  if (wanted.empty()) return;
  for (size_t b = 0; b < blocks.size(); ++b) {
    for (size_t i = blocks[b].offset; i < blocks[b].offset + blocks[b].size; ++i) {
      const auto value = static_cast<double>(wanted[i]);
      const double left = value - static_cast<double>(said[i]);
      by_block[b].squared_norm += value * value;
      by_block[b].squared_error += left * left;
    }
  }
}

template class VectorCodec<float>;
template class VectorCodec<double>;
template void AddSquares(std::span<const Block>, std::span<const float>, std::span<const float>,
                         std::span<BlockTraffic>);
template void AddSquares(std::span<const Block>, std::span<const double>, std::span<const double>,
                         std::span<BlockTraffic>);

}  // namespace consilium::compress
