#ifndef CONSILIUM_MODULES_COMPRESS_POWER_GOSSIP_H_
#define CONSILIUM_MODULES_COMPRESS_POWER_GOSSIP_H_

#include <cstdint>
#include <memory>

#include "modules/compress/codec_bytes.h"
#include "modules/compress/edge_codec.h"
#include "modules/compress/low_rank.h"

namespace consilium::compress {

constexpr CodecFormat kPowerGossipFormat{4};

// PowerGossip (docs/papers.md, PowerGossip): the two ends of an edge approximate the difference of
// their matrices by a power iteration of which each computes its half,
//   even:  A = orth(P);  b_i = X_i' A is sent;  Q = b_high - b_low;  X_high - X_low ~ A Q'
//   odd:   A = orth(Q);  b_i = X_i A  is sent;  P = b_high - b_low;  X_high - X_low ~ P A'
// Vectors and matrices that low rank would not make smaller are exchanged as they are.
//
// `norm_epsilon` > 0 gives the reference code's Gram-Schmidt, which divides by the length plus
// epsilon: for comparison with it only.
//
// The state: the number of iterations; P and Q of each compressed matrix.
template <typename Scalar>
std::unique_ptr<EdgeCodec<Scalar>> MakePowerGossip(const LowRankLayout& layout, uint64_t seed,
                                                   EdgeEnd end, double norm_epsilon = 0);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_POWER_GOSSIP_H_
