#include "modules/compress/compressor.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "modules/compress/bfloat16.h"
#include "modules/compress/difference_edge.h"
#include "modules/compress/difference_link.h"
#include "modules/compress/difference_low_rank.h"
#include "modules/compress/error_feedback_hop.h"
#include "modules/compress/identity.h"
#include "modules/compress/int8.h"
#include "modules/compress/low_rank.h"
#include "modules/compress/power_gossip.h"
#include "modules/compress/power_sgd.h"
#include "modules/compress/quantized.h"
#include "modules/compress/random_k.h"
#include "modules/compress/random_k_mean.h"
#include "modules/compress/rank_budget.h"
#include "modules/compress/sign_norm.h"
#include "modules/compress/top_k.h"

namespace consilium::compress {
namespace {

constexpr std::array kCompressors = {
    NamedCompressor{"identity", {.kind = CompressorKind::kIdentity}},
    NamedCompressor{"low_rank", {.kind = CompressorKind::kLowRank}},
    NamedCompressor{"quantized", {.kind = CompressorKind::kQuantized}},
    NamedCompressor{"bfloat16", {.kind = CompressorKind::kBfloat16}},
    NamedCompressor{"int8", {.kind = CompressorKind::kInt8}},
    NamedCompressor{"top_k", {.kind = CompressorKind::kTopK}},
    NamedCompressor{"random_k", {.kind = CompressorKind::kRandomK}},
    NamedCompressor{"sign", {.kind = CompressorKind::kSign}},
};

// For rounds of so many multiplications.
template <typename Scalar>
StatusOr<LowRankLayout> Plan(const CompressorOptions& options, const FlatShape& shape,
                             int multiplications) {
  if (options.byte_budget > 0) {
    return PlanLowRankWithin(shape, options.byte_budget / sizeof(Scalar), multiplications,
                             options.min_compression);
  }
  return PlanLowRank(shape, options.rank, multiplications, options.min_compression);
}

// Requires a compressor that sees the numbers of a matrix as they lie.
template <typename Scalar>
StatusOr<VectorCodec<Scalar>> MakeVectorCodec(const CompressorOptions& options,
                                              const FlatShape& shape, uint64_t seed) {
  std::unique_ptr<MatrixCodec<Scalar>> codec = MakeMatrixCodec<Scalar>(options);
  if (codec == nullptr)
    return InvalidArgument("unknown compressor {}", static_cast<int>(options.kind));
  RETURN_IF_ERROR(CheckMatrices(shape));
  return VectorCodec<Scalar>(shape, std::move(codec), seed);
}

}  // namespace

Status CheckCompressor(const CompressorOptions& options) {
  if (options.rank < 1) return InvalidArgument("rank {}: at least 1 is needed", options.rank);
  const int most = 255 / PhasesOf(options.form, 1);
  if (options.iterations < 1 || options.iterations > most) {
    return InvalidArgument("{} power iterations a round, expected 1 to {}", options.iterations,
                           most);
  }
  if (!(options.min_compression >= 0)) {
    return InvalidArgument("least compression {}, expected 0 or more", options.min_compression);
  }
  if (options.bits < 2 || options.bits > 8) {
    return InvalidArgument("{} bits a number, expected 2 to 8", options.bits);
  }
  if (!(options.keep > 0) || options.keep > 1) {
    return InvalidArgument("keep {}, expected a share above 0, at most 1", options.keep);
  }
  return OkStatus();
}

template <typename Scalar>
std::unique_ptr<MatrixCodec<Scalar>> MakeMatrixCodec(const CompressorOptions& options) {
  switch (options.kind) {
    case CompressorKind::kQuantized:
      return MakeQuantized<Scalar>(options.bits);
    case CompressorKind::kBfloat16:
      return MakeBfloat16<Scalar>();
    case CompressorKind::kInt8:
      return MakeInt8<Scalar>();
    case CompressorKind::kTopK:
      return MakeTopK<Scalar>(options.keep);
    case CompressorKind::kRandomK:
      return MakeRandomK<Scalar>(options.keep);
    case CompressorKind::kSign:
      return MakeSignNorm<Scalar>();
    default:
      return nullptr;
  }
}

bool CanBeSummed(CompressorKind kind) {
  return kind == CompressorKind::kIdentity || kind == CompressorKind::kLowRank ||
         kind == CompressorKind::kRandomK;
}

double ConsensusStep(const CompressorOptions& options) {
  switch (options.kind) {
    case CompressorKind::kTopK:
      return std::min(1.0, 2 * options.keep);
    case CompressorKind::kRandomK:
      return options.keep;
    case CompressorKind::kSign:
      return 0.5;
    default:
      return 1.0;
  }
}

template <typename Scalar>
StatusOr<std::unique_ptr<LinkCodec<Scalar>>> MakeLinkCodec(const CompressorOptions& options,
                                                           const FlatShape& shape, uint64_t seed) {
  RETURN_IF_ERROR(CheckCompressor(options));
  if (options.kind == CompressorKind::kIdentity) return MakeIdentityLink<Scalar>(shape);
  if (options.kind == CompressorKind::kLowRank) {
    ASSIGN_OR_RETURN(const LowRankLayout layout, Plan<Scalar>(options, shape, 1));
    return MakeDifferenceLowRank<Scalar>(layout, seed);
  }
  ASSIGN_OR_RETURN(VectorCodec<Scalar> codec, MakeVectorCodec<Scalar>(options, shape, seed));
  return MakeDifferenceLink(std::move(codec));
}

template <typename Scalar>
StatusOr<std::unique_ptr<EdgeCodec<Scalar>>> MakeEdgeCodec(const CompressorOptions& options,
                                                           const FlatShape& shape, uint64_t seed,
                                                           EdgeEnd end) {
  RETURN_IF_ERROR(CheckCompressor(options));
  if (options.kind == CompressorKind::kIdentity) return MakeIdentityEdge<Scalar>(shape);
  if (options.kind == CompressorKind::kLowRank) {
    ASSIGN_OR_RETURN(const LowRankLayout layout, Plan<Scalar>(options, shape, 1));
    return MakePowerGossip<Scalar>(layout, seed, end);
  }
  ASSIGN_OR_RETURN(VectorCodec<Scalar> codec, MakeVectorCodec<Scalar>(options, shape, seed));
  return MakeDifferenceEdge(std::move(codec), end);
}

template <typename Scalar>
StatusOr<std::unique_ptr<MeanCodec<Scalar>>> MakeMeanCodec(const CompressorOptions& options,
                                                           const FlatShape& shape, uint64_t seed) {
  RETURN_IF_ERROR(CheckCompressor(options));
  if (options.kind == CompressorKind::kIdentity) return MakeIdentityMean<Scalar>(shape);
  if (options.kind == CompressorKind::kLowRank) {
    const int phases = PhasesOf(options.form, options.iterations);
    ASSIGN_OR_RETURN(const LowRankLayout layout, Plan<Scalar>(options, shape, phases));
    return MakePowerSgd<Scalar>(layout, options.iterations, seed, options.form);
  }
  if (!CanBeSummed(options.kind)) {
    return InvalidArgument("this compressor is not linear: its messages cannot be summed");
  }
  RETURN_IF_ERROR(CheckMatrices(shape));
  return MakeRandomKMean<Scalar>(shape, options.keep, seed);
}

template <typename Scalar>
StatusOr<std::unique_ptr<HopCodec<Scalar>>> MakeHopCodec(const CompressorOptions& options,
                                                         const FlatShape& shape, uint64_t seed) {
  RETURN_IF_ERROR(CheckCompressor(options));
  if (CanBeSummed(options.kind)) {
    return InvalidArgument("this compressor is linear: sum its messages instead");
  }
  ASSIGN_OR_RETURN(VectorCodec<Scalar> codec, MakeVectorCodec<Scalar>(options, shape, seed));
  return MakeErrorFeedbackHop(std::move(codec));
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
