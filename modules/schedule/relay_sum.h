#ifndef CONSILIUM_MODULES_SCHEDULE_RELAY_SUM_H_
#define CONSILIUM_MODULES_SCHEDULE_RELAY_SUM_H_

#include <memory>
#include <vector>

#include "modules/compress/link_codec.h"
#include "modules/schedule/exchange.h"
#include "modules/slices.h"

namespace consilium::schedule {

// A neighbour in the tree, the two directed links to it, and the planned weight of each block
// behind it (the sum over the sites that are reached through it) and on this side of the link.
template <typename Scalar>
struct RelayNeighbor {
  int site = 0;
  std::unique_ptr<compress::LinkCodec<Scalar>> outward;
  std::unique_ptr<compress::LinkCodec<Scalar>> inward;
  std::vector<double> weights_behind;
  std::vector<double> weights_before;
};

// What stands for sites that have not been heard from.
enum class RelayFallback {
  kOwnValue,      // the site's own current value
  kLastAverage,   // the result of the round before; 0 in the first
  kCount,         // nothing: the mean is over those heard from
  kInitialModel,  // 0, where values are deviations from the common initial model: as the reference
                  // code, for comparison with it only; catastrophic under message loss
                  // (docs/papers.md, RelaySum)
};

template <typename Scalar>
struct RelaySumOptions {
  std::vector<Block> blocks;
  std::vector<double> own_weights;               // of each block
  std::vector<RelayNeighbor<Scalar>> neighbors;  // by ascending site
  RelayFallback fallback = RelayFallback::kOwnValue;
};

// RelaySum on a spanning tree (docs/papers.md, RelaySum), per block with weights. With m_ij the
// weighted sum and c_ij the weight that i sends to j, w_i and x_i its own,
//   m_ij = w_i x_i + sum over k in N_i without j of m_ki of the round before,   c_ij likewise,
//   x_i <- (w_i x_i + sum_k m_ki + (W - c_i) ref) / W,   c_i = w_i + sum_k c_ki,
// where m_ki of the same round is used in the average; with fallback kCount W is c_i there. The
// links carry the mean m_ij / c_ij and the weight c_ij, since the mean hardly moves when a site
// comes or goes; where c_ij is 0 the sender's own value stands in. A block with W = 0 stays as it
// is.
//
// A neighbour that is missing at the deadline counts with weight 0 in this round's average and is
// not relayed in the next round. If its message comes later it is taken and, until a newer one
// comes, counts in the round in which it came. Nothing is counted twice: a message only ever speaks
// for the sites behind its link, once each. Lost messages are no error (relay_link.h).
template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeRelaySum(RelaySumOptions<Scalar> options);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_RELAY_SUM_H_
