#ifndef CONSILIUM_SERVER_FEDERATION_STAGE_EXCHANGE_H_
#define CONSILIUM_SERVER_FEDERATION_STAGE_EXCHANGE_H_

#include <memory>

#include "base/status.h"
#include "modules/schedule/make_exchange.h"
#include "modules/slices.h"
#include "modules/topology/graph.h"
#include "server/federation/composition.h"
#include "server/federation/plan.h"

namespace consilium::federation {

// The links that the rounds use, and whether what travels in them is updates of an agreed model.
const topology::Graph& RoundLinks(const Place& place, const Plan& plan);
bool ExchangesUpdates(const Plan& plan);

// Whether messages of the rounds may be lost: in the simulation of such a channel only.
bool MayLoseMessages(const Plan& plan);

// Refuses a plan that only a simulation can carry out: real messages arrive whole, over TLS.
Status CheckRealChannel(const Plan& plan);

// What the exchanges below are made from.
schedule::ExchangeOptions StatisticsOptions(const Place& place, size_t size);
schedule::ExchangeOptions SumsOptions(const Place& place, size_t size);
schedule::ExchangeOptions ResyncOptions(const Place& place, const Plan& plan,
                                        const FlatShape& shape);
StatusOr<schedule::ExchangeOptions> RoundOptions(const Place& place, const Plan& plan,
                                                 const FlatShape& shape);
schedule::ExchangeOptions ConsensusOptions(const Place& place, const Plan& plan,
                                           const FlatShape& shape);

// Normalisation: the mean of the sites' sums; once they are known, those of the first current site.
StatusOr<std::unique_ptr<schedule::Exchange<double>>> MakeStatisticsExchange(const Place& place,
                                                                             size_t size);

// Sums that only validation patients can say: the mean of the sites'.
StatusOr<std::unique_ptr<schedule::Exchange<double>>> MakeSumsExchange(const Place& place,
                                                                       size_t size);

// The model that everybody starts the generation from: the mean over the current sites.
StatusOr<std::unique_ptr<schedule::Exchange<float>>> MakeResyncExchange(const Place& place,
                                                                        const Plan& plan,
                                                                        const FlatShape& shape);

// The rounds, as the plan says; one exchange for all rounds of the generation. Refuses a channel
// that only a simulation has.
StatusOr<std::unique_ptr<schedule::Exchange<float>>> MakeRoundExchange(const Place& place,
                                                                       const Plan& plan,
                                                                       const FlatShape& shape);

// How a federation makes the exchange of its rounds: as above, but for what a workbench simulates.
using RoundsMaker = StatusOr<std::unique_ptr<schedule::Exchange<float>>> (*)(
    const Place& place, const Plan& plan, const FlatShape& shape);

// Refuses a plan whose rounds' exchange cannot be made for this shape, as when it has more modules
// than a byte budget has room for; before any site is asked.
Status CheckRounds(const Plan& plan, const FlatShape& shape,
                   RoundsMaker make_rounds = MakeRoundExchange);

// The final model: the mean over all sites, the same bits at each.
StatusOr<std::unique_ptr<schedule::Exchange<float>>> MakeConsensusExchange(const Place& place,
                                                                           const Plan& plan,
                                                                           const FlatShape& shape);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_STAGE_EXCHANGE_H_
