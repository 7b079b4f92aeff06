#ifndef CONSILIUM_MODULES_SCHEDULE_GOSSIP_H_
#define CONSILIUM_MODULES_SCHEDULE_GOSSIP_H_

#include <memory>
#include <vector>

#include "modules/compress/edge_codec.h"
#include "modules/schedule/exchange.h"
#include "modules/slices.h"

namespace consilium::schedule {

// A block that both ends of an edge hold, and what this site adds of the difference between them
// (MixingShares).
struct SharedBlock {
  Block block;
  double share = 0;
  size_t number = 0;  // of the block in the shape
};

// A neighbour with which at least one block is shared; the codec sees the shared blocks only, one
// after the other.
template <typename Scalar>
struct GossipNeighbor {
  int site = 0;
  std::vector<SharedBlock> shared;
  std::unique_ptr<compress::EdgeCodec<Scalar>> codec;
};

template <typename Scalar>
struct GossipOptions {
  size_t size = 0;                                // of the flat vector
  std::vector<GossipNeighbor<Scalar>> neighbors;  // by ascending site
  int steps = 1;                                  // averaging steps in a round, 1 to 255
};

// Gossip averaging: in each step every site sends to every neighbour and then adds its shares of
// the differences, x_i <- x_i + sum_j share_ij (x_j - x_i) (docs/papers.md, Gossip). The
// weighted mean over the sites is kept, with compression too.
//
// At the deadline a site goes on without the neighbours that are missing and does not wait for them
// in the remaining steps of the round. The other end may have applied a difference that this one
// knows nothing of. Each message therefore says which of the last 64 exchanges its sender applied:
// what only one end added it takes back when it hears so, and the mean is what it was. The two
// codecs no longer agree either: each message carries the number of exchanges its sender's codec
// remembers, and where the two numbers differ both ends leave the step out and begin anew from 0.
template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeGossip(GossipOptions<Scalar> options);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_GOSSIP_H_
