#ifndef CONSILIUM_MODULES_SCHEDULE_ALL_REDUCE_H_
#define CONSILIUM_MODULES_SCHEDULE_ALL_REDUCE_H_

#include <memory>

#include "modules/compress/mean_codec.h"
#include "modules/schedule/exchange.h"
#include "modules/schedule/tree_reduce.h"

namespace consilium::schedule {

template <typename Scalar>
struct AllReduceOptions {
  TreePlace place;
  std::unique_ptr<compress::MeanCodec<Scalar>> codec;
  bool only_updates = false;  // a block of which no weight arrived is 0: nobody moves
};

// The weighted mean over a rooted tree, in each phase of the codec: every site sends its subtree's
// weighted sum to its parent, the root divides by the weight that arrived and the mean goes down.
// All sites end with the same bits. A block in which a site has weight 0 does not enter at that
// site and leaves no error there.
//
// At the deadline a site goes on without the children it still waits for, and does not wait for
// them in the remaining phases of the round; a leaf, or a site that waits for its parent, keeps
// waiting. A site learns with the mean whether its own contribution is in it; if not, it stays in
// the codec's error. A block of which no weight arrived keeps the site's own values under a codec
// without error feedback, unless these are only updates, and is 0 under one with it.
//
// Where messages may be lost, a site that waits for its parent at the deadline asks it to repeat
// the mean, and what it sent since; also one that has ended that round. The sites thus stay in step
// to the bit, up to three rounds apart or more (SentMeans); then they are told to begin anew.
template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeAllReduce(AllReduceOptions<Scalar> options);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_ALL_REDUCE_H_
