#ifndef CONSILIUM_LAB_AIR_OVER_THE_AIR_H_
#define CONSILIUM_LAB_AIR_OVER_THE_AIR_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "base/status.h"
#include "lab/air/air_scheme.h"
#include "lab/air/allocation.h"
#include "lab/air/channel.h"
#include "modules/schedule/exchange.h"
#include "modules/slices.h"
#include "modules/topology/graph.h"

namespace consilium::air {

struct OverTheAirOptions {
  int self = 0;
  topology::Graph graph;  // every site is a neighbour of the root
  int root = 0;           // hears the channel; it may be a mere aggregator of weight 0
  FlatShape shape;
  std::vector<std::vector<double>> weights;  // weights[site][block] >= 0
  ChannelOptions channel;
  AllocationOptions allocation;
  AirSchemeOptions scheme;
  uint64_t seed = 0;  // the same at all sites of the exchange
};

// Refuses a graph whose root does not hear every site, weights that do not match graph and shape,
// and what the channel, the allocation and the scheme refuse.
Status CheckOverTheAir(const OverTheAirOptions& options);

// The weighted mean over a simulated multiple-access channel (docs/papers.md, LASER): for planning,
// since here the root hears every site apart and adds what their signals would be heard as. A round
// has two phases. Over a Gaussian channel the sites first send the norms of what they will give,
// the side channel, and the root answers with the amplitudes that keep everybody within the power;
// over the others this phase is left out. Then the sites send their signals; the root adds them and
// the channel's seeded noise, and the mean goes down without noise. A signal of more power than
// its share is refused.
//
// At the deadline the root goes on without the sites it waits for, in both phases; they learn with
// the mean that they are not in it, as those whose signal the channel erases. A block of which no
// weight arrived is treated as in an all-reduce.
//
// Refuses what CheckOverTheAir refuses and a shape whose matrices do not fill its blocks.
template <typename Scalar>
StatusOr<std::unique_ptr<schedule::Exchange<Scalar>>> MakeOverTheAir(
    const OverTheAirOptions& options);

}  // namespace consilium::air

#endif  // CONSILIUM_LAB_AIR_OVER_THE_AIR_H_
