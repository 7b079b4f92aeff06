#include "modules/compress/hop_matrices.h"

#include <utility>

#include "modules/compress/low_rank.h"
#include "modules/compress/vector_codec.h"

namespace consilium::compress {
namespace {

template <typename Scalar>
class CodedMatrices final : public HopMatrices<Scalar> {
 public:
  explicit CodedMatrices(VectorCodec<Scalar> codec)
      : codec_(std::move(codec)), error_(codec_.size()) {}

  const std::vector<MatrixSlice>& matrices() const override { return codec_.matrices(); }

  std::string Beginning(uint32_t serial) const override {
    ByteWriter writer;
    codec_.WriteBeginning(serial, writer);
    return writer.Take();
  }

  Status CheckBeginning(std::string_view bytes, uint32_t serial) const override {
    return codec_.CheckBeginning(bytes, serial);
  }

  Status Decode(size_t matrix, uint32_t serial, ByteReader& reader,
                std::span<Scalar> values) override {
    return codec_.DecodeMatrix(matrix, serial, reader, values);
  }

  void Encode(size_t matrix, uint32_t serial, std::span<Scalar> mean, ByteWriter& writer) override {
    Scalar* error = error_.data() + matrices()[matrix].offset;
    for (size_t i = 0; i < mean.size(); ++i) mean[i] += error[i];
    said_.resize(mean.size());
    codec_.EncodeMatrix(matrix, serial, mean, writer, said_);
    for (size_t i = 0; i < mean.size(); ++i) error[i] = mean[i] - said_[i];
  }

 private:
  VectorCodec<Scalar> codec_;
  std::vector<Scalar> error_;
  std::vector<Scalar> said_;  // C of the matrix encoded last
};

}  // namespace

template <typename Scalar>
StatusOr<std::unique_ptr<HopMatrices<Scalar>>> MakeHopMatrices(const CompressorOptions& options,
                                                               const FlatShape& shape,
                                                               uint64_t seed) {
  RETURN_IF_ERROR(CheckCompressor(options));
  if (CanBeSummed(*options.kind)) {
    return InvalidArgument("this compressor is linear: sum its messages instead");
  }
  RETURN_IF_ERROR(CheckMatrices(shape));
  return std::unique_ptr<HopMatrices<Scalar>>(std::make_unique<CodedMatrices<Scalar>>(
      VectorCodec<Scalar>(shape, MakeMatrixCodec<Scalar>(options), seed)));
}

template StatusOr<std::unique_ptr<HopMatrices<float>>> MakeHopMatrices(const CompressorOptions&,
                                                                       const FlatShape&, uint64_t);
template StatusOr<std::unique_ptr<HopMatrices<double>>> MakeHopMatrices(const CompressorOptions&,
                                                                        const FlatShape&, uint64_t);

}  // namespace consilium::compress
