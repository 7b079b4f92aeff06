#ifndef CONSILIUM_MODULES_COMPRESS_COMPRESSOR_H_
#define CONSILIUM_MODULES_COMPRESS_COMPRESSOR_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/status.h"
#include "modules/compress/edge_codec.h"
#include "modules/compress/link_codec.h"
#include "modules/compress/mean_codec.h"
#include "modules/slices.h"

namespace consilium {

enum class CompressorKind {
  kIdentity,   // every number as it is
  kLowRank,    // matrices as products of thin factors
  kQuantized,  // differences rounded to a few bits; relay links only
};

// What a plan says of compression. One choice serves every schedule: low rank is PowerSGD in an
// all-reduce, PowerGossip on gossip's edges, difference-coded power iteration on relay links.
struct CompressorOptions {
  CompressorKind kind = CompressorKind::kIdentity;
  int rank = 2;
  // PowerSGD only: power iterations in a round, each a phase of the all-reduce. Gossip has its own
  // number of steps in a round.
  int iterations = 1;
  // A matrix that low rank would not make smaller by more than this factor goes uncompressed, as
  // vectors do: numel / (rank (rows + cols) iterations / 2) <= min_compression. From 2 on, a rank
  // of at least min(rows, cols) is therefore lossless.
  double min_compression = 2.0;
  // Quantized only: bits for each number.
  int bits = 4;
};

// Refuses rank < 1, iterations < 1 or > 255, a negative or undefined min_compression, and bits
// below 2 or above 8.
Status CheckCompressor(const CompressorOptions& options);

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

struct NamedCompressor {
  std::string_view name;  // "identity", "low_rank", "quantized"
  CompressorOptions options;
  bool links_only;  // serves RelaySum only: it is not linear, which all-reduce and gossip need
};

// Every compressor that a plan can name, with its defaults.
std::span<const NamedCompressor> AllCompressors();

// The kind of that name; an unknown name is answered with the known ones.
StatusOr<CompressorKind> ParseCompressor(std::string_view name);

}  // namespace consilium

#endif  // CONSILIUM_MODULES_COMPRESS_COMPRESSOR_H_
