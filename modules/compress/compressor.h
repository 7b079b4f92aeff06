#ifndef CONSILIUM_MODULES_COMPRESS_COMPRESSOR_H_
#define CONSILIUM_MODULES_COMPRESS_COMPRESSOR_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/status.h"
#include "modules/compress/edge_codec.h"
#include "modules/compress/hop_codec.h"
#include "modules/compress/link_codec.h"
#include "modules/compress/matrix_codec.h"
#include "modules/compress/mean_codec.h"
#include "modules/compress/power_sgd.h"
#include "modules/slices.h"

namespace consilium::compress {

enum class CompressorKind {
  kIdentity,   // every number as it is
  kLowRank,    // matrices as products of thin factors
  kQuantized,  // rounded to a few bits
  kBfloat16,   // half of each float
  kInt8,       // a byte for each number, rounded by chance
  kTopK,       // the largest numbers and where they stand
  kRandomK,    // numbers at places that both ends know
  kSign,       // signs and a norm
};

// What a plan says of compression. One choice serves every schedule: low rank is PowerSGD in an
// all-reduce, PowerGossip on gossip's edges, difference-coded power iteration on relay links; every
// other one codes differences on links and edges, and has error feedback in an all-reduce: at the
// sites if it can be summed (CanBeSummed), at every hop if not.
struct CompressorOptions {
  CompressorKind kind = CompressorKind::kIdentity;
  int rank = 2;
  // Low rank, if above 0: instead of one rank, bytes that a message may have, or the messages of a
  // round's phases together, headers and weights not counted (PlanLowRankWithin).
  uint64_t byte_budget = 0;
  // PowerSGD only: its form, and power iterations in a round. Gossip has its own number of steps in
  // a round.
  PowerSgdForm form = PowerSgdForm::kAlternating;
  int iterations = 1;
  // A matrix that low rank would not make smaller by more than this factor goes uncompressed, as
  // vectors do: numel / (rank (rows + cols) iterations / 2) <= min_compression. From 2 on, a rank
  // of at least min(rows, cols) is therefore lossless.
  double min_compression = 2.0;
  // Quantized only: bits for each number.
  int bits = 4;
  // Top-k and random-k only: the share of each matrix's numbers that is sent.
  double keep = 0.05;
};

// Refuses rank < 1, iterations < 1 or of more than 255 phases, a negative or undefined
// min_compression, bits below 2 or above 8, and a keep that is not above 0 and at most 1.
Status CheckCompressor(const CompressorOptions& options);

// Whether the mean of compressed vectors is the compressed mean, so that all-reduce takes a
// MeanCodec; a HopCodec otherwise.
bool CanBeSummed(CompressorKind kind);

// By what gossip's shares are multiplied so that the sites agree in the end: 1 where what is known
// of a difference follows it closely, less the more it lags (DifferenceEdge). Chosen so that gossip
// settled on chains, rings, stars, trees and full graphs, with equal weights and a site of 20 times
// the others'; with twice as large a step top-k and random-k diverge on some of them.
double ConsensusStep(const CompressorOptions& options);

// The compressor of one matrix; null for identity and low rank, which are none.
template <typename Scalar>
std::unique_ptr<MatrixCodec<Scalar>> MakeMatrixCodec(const CompressorOptions& options);

// Codecs of the two ends of a link or an edge, and of all sites of an all-reduce, must be made with
// the same options, shape and seed. Scalar is float or double.
template <typename Scalar>
StatusOr<std::unique_ptr<LinkCodec<Scalar>>> MakeLinkCodec(const CompressorOptions& options,
                                                           const FlatShape& shape, uint64_t seed);
template <typename Scalar>
StatusOr<std::unique_ptr<EdgeCodec<Scalar>>> MakeEdgeCodec(const CompressorOptions& options,
                                                           const FlatShape& shape, uint64_t seed,
                                                           EdgeEnd end);
template <typename Scalar>
StatusOr<std::unique_ptr<MeanCodec<Scalar>>> MakeMeanCodec(const CompressorOptions& options,
                                                           const FlatShape& shape, uint64_t seed);
// The seed may differ between sites.
template <typename Scalar>
StatusOr<std::unique_ptr<HopCodec<Scalar>>> MakeHopCodec(const CompressorOptions& options,
                                                         const FlatShape& shape, uint64_t seed);

struct NamedCompressor {
  std::string_view name;  // "low_rank"
  CompressorOptions options;
};

// Every compressor that a plan can name, with its defaults.
std::span<const NamedCompressor> AllCompressors();

// The kind of that name; an unknown name is answered with the known ones.
StatusOr<CompressorKind> ParseCompressor(std::string_view name);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_COMPRESSOR_H_
