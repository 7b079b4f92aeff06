#include <utility>

#include "modules/schedule/exchange_parts.h"
#include "modules/schedule/relay_sum.h"

namespace consilium::schedule {

template <typename Scalar>
MadeExchange<Scalar> MakeRelayOf(const ExchangeOptions& options) {
  RelaySumOptions<Scalar> relay;
  relay.blocks = options.shape.blocks;
  relay.fallback = options.relay_fallback;
  relay.own_weights = options.weights[static_cast<size_t>(options.self)];
  for (const int site : options.graph.Neighbors(options.self)) {
    const std::vector<bool> behind = Behind(options.graph, options.self, site);
    RelayNeighbor<Scalar> neighbor;
    neighbor.site = site;
    neighbor.weights_behind = WeightsOf(options, behind, true);
    neighbor.weights_before = WeightsOf(options, behind, false);
    ASSIGN_OR_RETURN(neighbor.outward,
                     compress::MakeLinkCodec<Scalar>(options.compressor, options.shape,
                                                     SeedOf(options, "link", options.self, site)));
    ASSIGN_OR_RETURN(neighbor.inward,
                     compress::MakeLinkCodec<Scalar>(options.compressor, options.shape,
                                                     SeedOf(options, "link", site, options.self)));
    relay.neighbors.push_back(std::move(neighbor));
  }
  return MakeRelaySum(std::move(relay));
}

template MadeExchange<float> MakeRelayOf(const ExchangeOptions&);
template MadeExchange<double> MakeRelayOf(const ExchangeOptions&);

}  // namespace consilium::schedule
