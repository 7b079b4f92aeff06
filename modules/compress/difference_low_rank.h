#ifndef CONSILIUM_MODULES_COMPRESS_DIFFERENCE_LOW_RANK_H_
#define CONSILIUM_MODULES_COMPRESS_DIFFERENCE_LOW_RANK_H_

#include <cstdint>
#include <memory>

#include "modules/compress/codec_bytes.h"
#include "modules/compress/link_codec.h"
#include "modules/compress/low_rank.h"

namespace consilium::compress {

constexpr CodecFormat kDifferenceLowRankFormat{3};

// A relay link: what a relay sends is not small, but changes little, so each message carries the
// difference D between the sender's vector and what the receiver has, R, by one step of
// warm-started power iteration (docs/papers.md, Difference coding):
//   even:  A = orth(P);  Q = D' A is sent;  R += A Q'
//   odd:   A = orth(Q);  P = D A  is sent;  R += P A'
// Both ends know A from the message before, so one factor a message is enough, and both ends apply
// the same reconstruction with the same bits: what is left out stays in the next difference.
// Vectors and matrices that low rank would not make smaller are sent as they are.
//
// The state: the number of messages; P and Q of each compressed matrix; R.
template <typename Scalar>
std::unique_ptr<LinkCodec<Scalar>> MakeDifferenceLowRank(const LowRankLayout& layout,
                                                         uint64_t seed);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_DIFFERENCE_LOW_RANK_H_
