#ifndef CONSILIUM_SERVER_FEDERATION_AIR_EXCHANGE_H_
#define CONSILIUM_SERVER_FEDERATION_AIR_EXCHANGE_H_

#include <memory>

#include "base/status.h"
#include "modules/schedule/make_exchange.h"
#include "server/federation/plan.h"
#include "server/federation/schedule_plan.h"

namespace consilium {

// The rounds' exchange over the plan's Gaussian channel, for simulation. Of `options` its schedule
// and compressor do not matter: the channel's scheme takes their place.
StatusOr<std::unique_ptr<Exchange<float>>> MakeAirExchange(ExchangeOptions options,
                                                           const SchedulePlan& schedule);

// Refuses a plan that only a simulation can carry out: real messages arrive whole, over TLS.
Status CheckRealChannel(const Plan& plan);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_FEDERATION_AIR_EXCHANGE_H_
