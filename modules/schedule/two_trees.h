#ifndef CONSILIUM_MODULES_SCHEDULE_TWO_TREES_H_
#define CONSILIUM_MODULES_SCHEDULE_TWO_TREES_H_

#include <memory>

#include "base/status.h"
#include "modules/schedule/make_exchange.h"
#include "modules/topology/graph.h"

namespace consilium::schedule {

// One exchange out of two of the same schedule, over two graphs of the same sites (docs/papers.md,
// Two trees): even rows of every matrix go over the first, odd rows over the second, so that low
// rank still finds matrices; what is in no matrix goes by the parity of its
// place in the block. A site that has many links in one tree and few in its mirror image sends
// about as much as every other. A message begins with the number of its tree, 1 or 2.
//
// Modules keep their holders and weights; deadlines, lost messages, and what is owed are those of
// the two. `options` as for MakeExchange, but for the graph; the second all-reduce has its root at
// n-1-options.root.
template <typename Scalar>
StatusOr<std::unique_ptr<Exchange<Scalar>>> MakeTwoTrees(const ExchangeOptions& options,
                                                         const topology::Graph& first,
                                                         const topology::Graph& second);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_TWO_TREES_H_
