#ifndef CONSILIUM_MODULES_COMPRESS_COMPRESSOR_H_
#define CONSILIUM_MODULES_COMPRESS_COMPRESSOR_H_

#include <cstdint>
#include <memory>

#include "base/status.h"
#include "modules/compress/compressor_options.h"
#include "modules/compress/compressor_row.h"
#include "modules/compress/edge_codec.h"
#include "modules/compress/hop_codec.h"
#include "modules/compress/link_codec.h"
#include "modules/compress/matrix_codec.h"
#include "modules/compress/mean_codec.h"
#include "modules/slices.h"

namespace consilium::compress {

// One choice serves every schedule: low rank is PowerSGD in an all-reduce, PowerGossip on gossip's
// edges, difference-coded power iteration on relay links; every other one codes differences on
// links and edges, and has error feedback in an all-reduce: at the sites if it can be summed
// (CanBeSummed), at every hop if not.

// Refuses options out of the ranges that are declared for them.
Status CheckCompressor(const CompressorOptions& options);

// Whether the mean of compressed vectors is the compressed mean, so that all-reduce takes a
// MeanCodec; a HopCodec otherwise.
bool CanBeSummed(const CompressorRow& row);

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

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_COMPRESSOR_H_
