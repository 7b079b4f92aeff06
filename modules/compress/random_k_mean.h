#ifndef CONSILIUM_MODULES_COMPRESS_RANDOM_K_MEAN_H_
#define CONSILIUM_MODULES_COMPRESS_RANDOM_K_MEAN_H_

#include <cstdint>
#include <memory>

#include "modules/compress/mean_codec.h"
#include "modules/slices.h"

namespace consilium::compress {

// Random-k (random_k.h) in an all-reduce, with error feedback: of M = values + e all sites give the
// numbers at the same places, which can therefore be summed; the others are the next e. One phase.
// Matrices of fewer than kFewestCoded numbers go as they are. Requires what CheckMatrices does.
//
// The state: the number of rounds; e.
template <typename Scalar>
std::unique_ptr<MeanCodec<Scalar>> MakeRandomKMean(const FlatShape& shape, double keep,
                                                   uint64_t seed);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_RANDOM_K_MEAN_H_
