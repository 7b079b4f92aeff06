#ifndef CONSILIUM_MODULES_SCHEDULE_COMPRESSED_REDUCE_H_
#define CONSILIUM_MODULES_SCHEDULE_COMPRESSED_REDUCE_H_

#include <memory>

#include "modules/compress/hop_codec.h"
#include "modules/schedule/exchange.h"
#include "modules/schedule/tree_reduce.h"

namespace consilium::schedule {

template <typename Scalar>
struct CompressedReduceOptions {
  TreePlace place;
  std::unique_ptr<compress::HopCodec<Scalar>> codec;
};

// The weighted mean over a rooted tree through a compressor C that cannot be summed, anew at every
// hop and with error feedback at every site (DoubleSqueeze, Tang and others 2019, on a tree):
//   up, at site i:    M_i = w_i x_i + sum of the children's messages + e_i;   C(M_i) is sent,
//                     e_i = M_i - C(M_i)
//   down, at the root: M = mean + e;   C(M) is sent, e = M - C(M)
// The root's message goes down unchanged, so all sites end with the same bits. With the weights W
// of all, over all rounds, W (sum of results + e at the root) + sum of the other e_i = sum of w_i
// x_i. A site that only relays a block, with weight 0, keeps an error of it too.
//
// Deadlines and lost messages are as in all-reduce. A site whose message did not count keeps its
// own part for the next round, and so does every site below it. A block of which no weight arrived
// is 0, or what is left in the root's error; one that no site holds keeps the site's own values.
// What is owed to a site is its error as if it came from its own values; a mere aggregator's is
// given up.
template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeCompressedReduce(CompressedReduceOptions<Scalar> options);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_COMPRESSED_REDUCE_H_
