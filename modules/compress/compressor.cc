#include "modules/compress/compressor.h"

#include <array>
#include <string>

#include "modules/compress/difference_low_rank.h"
#include "modules/compress/difference_quantized.h"
#include "modules/compress/identity.h"
#include "modules/compress/low_rank.h"
#include "modules/compress/power_gossip.h"
#include "modules/compress/power_sgd.h"

namespace consilium {
namespace {

constexpr std::array kCompressors = {
    NamedCompressor{"identity", {.kind = CompressorKind::kIdentity}, false},
    NamedCompressor{"low_rank", {.kind = CompressorKind::kLowRank}, false},
    NamedCompressor{"quantized", {.kind = CompressorKind::kQuantized}, true},
};

StatusOr<LowRankLayout> Plan(const CompressorOptions& options, const FlatShape& shape,
                             int iterations) {
  return PlanLowRank(shape, options.rank, iterations, options.min_compression);
}

Status RefuseQuantized() {
  return InvalidArgument(
      "quantized messages serve relay_sum only: take low_rank or identity for this schedule");
}

}  // namespace

Status CheckCompressor(const CompressorOptions& options) {
  if (options.rank < 1) return InvalidArgument("rank {}: at least 1 is needed", options.rank);
  if (options.iterations < 1 || options.iterations > 255) {
    return InvalidArgument("{} power iterations a round, expected 1 to 255", options.iterations);
  }
  if (!(options.min_compression >= 0)) {
    return InvalidArgument("least compression {}, expected 0 or more", options.min_compression);
  }
  if (options.bits < 2 || options.bits > 8) {
    return InvalidArgument("{} bits a number, expected 2 to 8", options.bits);
  }
  return OkStatus();
}

template <typename Scalar>
StatusOr<std::unique_ptr<LinkCodec<Scalar>>> MakeLinkCodec(const CompressorOptions& options,
                                                           const FlatShape& shape, uint64_t seed) {
  RETURN_IF_ERROR(CheckCompressor(options));
  if (options.kind == CompressorKind::kIdentity) return MakeIdentityLink<Scalar>(shape);
  ASSIGN_OR_RETURN(const LowRankLayout layout, Plan(options, shape, 1));
  if (options.kind == CompressorKind::kQuantized) {
    return MakeDifferenceQuantized<Scalar>(shape, options.bits);
  }
  return MakeDifferenceLowRank<Scalar>(layout, seed);
}

template <typename Scalar>
StatusOr<std::unique_ptr<EdgeCodec<Scalar>>> MakeEdgeCodec(const CompressorOptions& options,
                                                           const FlatShape& shape, uint64_t seed,
                                                           EdgeEnd end) {
  RETURN_IF_ERROR(CheckCompressor(options));
  if (options.kind == CompressorKind::kIdentity) return MakeIdentityEdge<Scalar>(shape);
  if (options.kind == CompressorKind::kQuantized) return RefuseQuantized();
  ASSIGN_OR_RETURN(const LowRankLayout layout, Plan(options, shape, 1));
  return MakePowerGossip<Scalar>(layout, seed, end);
}

template <typename Scalar>
StatusOr<std::unique_ptr<MeanCodec<Scalar>>> MakeMeanCodec(const CompressorOptions& options,
                                                           const FlatShape& shape, uint64_t seed) {
  RETURN_IF_ERROR(CheckCompressor(options));
  if (options.kind == CompressorKind::kIdentity) return MakeIdentityMean<Scalar>(shape);
  if (options.kind == CompressorKind::kQuantized) return RefuseQuantized();
  ASSIGN_OR_RETURN(const LowRankLayout layout, Plan(options, shape, options.iterations));
  return MakePowerSgd<Scalar>(layout, options.iterations, seed);
}

std::span<const NamedCompressor> AllCompressors() { return kCompressors; }

StatusOr<CompressorKind> ParseCompressor(std::string_view name) {
  std::string known;
  for (const NamedCompressor& compressor : kCompressors) {
    if (compressor.name == name) return compressor.options.kind;
    known.append(known.empty() ? "" : ", ").append(compressor.name);
  }
  return InvalidArgument("unknown compressor '{}': choose one of {}", name, known);
}

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

}  // namespace consilium
