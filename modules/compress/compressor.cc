#include "modules/compress/compressor.h"

#include <utility>

#include "modules/compress/difference_edge.h"
#include "modules/compress/difference_link.h"
#include "modules/compress/error_feedback_hop.h"
#include "modules/compress/low_rank.h"
#include "modules/compress/vector_codec.h"

namespace consilium::compress {
namespace {

// Requires a compressor that sees the numbers of a matrix as they lie.
template <typename Scalar>
StatusOr<VectorCodec<Scalar>> MakeVectorCodec(const CompressorOptions& options,
                                              const FlatShape& shape, uint64_t seed) {
  std::unique_ptr<MatrixCodec<Scalar>> codec = MakeMatrixCodec<Scalar>(options);
  if (codec == nullptr)
    return InvalidArgument("compressor {} has no codec of a matrix", options.kind->name);
  RETURN_IF_ERROR(CheckMatrices(shape));
  return VectorCodec<Scalar>(shape, std::move(codec), seed);
}

}  // namespace

Status CheckCompressor(const CompressorOptions& options) {
  for (const CompressorOption* option : SharedOptions()) {
    RETURN_IF_ERROR(CheckOption(*option, options));
  }
  for (const CompressorOption* option : options.kind->options) {
    RETURN_IF_ERROR(CheckOption(*option, options));
  }
  return OkStatus();
}

bool CanBeSummed(const CompressorRow& row) { return row.of_floats.mean != nullptr; }

double ConsensusStep(const CompressorOptions& options) {
  const auto step = options.kind->consensus_step;
  return step != nullptr ? step(options) : 1.0;
}

template <typename Scalar>
std::unique_ptr<MatrixCodec<Scalar>> MakeMatrixCodec(const CompressorOptions& options) {
  const auto make = MakersOf<Scalar>(*options.kind).matrix;
  return make != nullptr ? make(options) : nullptr;
}

template <typename Scalar>
StatusOr<std::unique_ptr<LinkCodec<Scalar>>> MakeLinkCodec(const CompressorOptions& options,
                                                           const FlatShape& shape, uint64_t seed) {
  RETURN_IF_ERROR(CheckCompressor(options));
  if (const auto make = MakersOf<Scalar>(*options.kind).link) return make(options, shape, seed);
  ASSIGN_OR_RETURN(VectorCodec<Scalar> codec, MakeVectorCodec<Scalar>(options, shape, seed));
  return MakeDifferenceLink(std::move(codec));
}

template <typename Scalar>
StatusOr<std::unique_ptr<EdgeCodec<Scalar>>> MakeEdgeCodec(const CompressorOptions& options,
                                                           const FlatShape& shape, uint64_t seed,
                                                           EdgeEnd end) {
  RETURN_IF_ERROR(CheckCompressor(options));
  if (const auto make = MakersOf<Scalar>(*options.kind).edge) {
    return make(options, shape, seed, end);
  }
  ASSIGN_OR_RETURN(VectorCodec<Scalar> codec, MakeVectorCodec<Scalar>(options, shape, seed));
  return MakeDifferenceEdge(std::move(codec), end);
}

template <typename Scalar>
StatusOr<std::unique_ptr<MeanCodec<Scalar>>> MakeMeanCodec(const CompressorOptions& options,
                                                           const FlatShape& shape, uint64_t seed) {
  RETURN_IF_ERROR(CheckCompressor(options));
  if (const auto make = MakersOf<Scalar>(*options.kind).mean) return make(options, shape, seed);
  return InvalidArgument("this compressor is not linear: its messages cannot be summed");
}

template <typename Scalar>
StatusOr<std::unique_ptr<HopCodec<Scalar>>> MakeHopCodec(const CompressorOptions& options,
                                                         const FlatShape& shape, uint64_t seed) {
  RETURN_IF_ERROR(CheckCompressor(options));
  if (CanBeSummed(*options.kind)) {
    return InvalidArgument("this compressor is linear: sum its messages instead");
  }
  ASSIGN_OR_RETURN(VectorCodec<Scalar> codec, MakeVectorCodec<Scalar>(options, shape, seed));
  return MakeErrorFeedbackHop(std::move(codec));
}

template std::unique_ptr<MatrixCodec<float>> MakeMatrixCodec(const CompressorOptions&);
template std::unique_ptr<MatrixCodec<double>> MakeMatrixCodec(const CompressorOptions&);
template StatusOr<std::unique_ptr<LinkCodec<float>>> MakeLinkCodec(const CompressorOptions&,
                                                                   const FlatShape&, uint64_t);
template StatusOr<std::unique_ptr<LinkCodec<double>>> MakeLinkCodec(const CompressorOptions&,
                                                                    const FlatShape&, uint64_t);
template StatusOr<std::unique_ptr<EdgeCodec<float>>> MakeEdgeCodec(const CompressorOptions&,
                                                                   const FlatShape&, uint64_t,
                                                                   EdgeEnd);
template StatusOr<std::unique_ptr<EdgeCodec<double>>> MakeEdgeCodec(const CompressorOptions&,
                                                                    const FlatShape&, uint64_t,
                                                                    EdgeEnd);
template StatusOr<std::unique_ptr<MeanCodec<float>>> MakeMeanCodec(const CompressorOptions&,
                                                                   const FlatShape&, uint64_t);
template StatusOr<std::unique_ptr<MeanCodec<double>>> MakeMeanCodec(const CompressorOptions&,
                                                                    const FlatShape&, uint64_t);
template StatusOr<std::unique_ptr<HopCodec<float>>> MakeHopCodec(const CompressorOptions&,
                                                                 const FlatShape&, uint64_t);
template StatusOr<std::unique_ptr<HopCodec<double>>> MakeHopCodec(const CompressorOptions&,
                                                                  const FlatShape&, uint64_t);

}  // namespace consilium::compress
