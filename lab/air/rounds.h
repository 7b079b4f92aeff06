#ifndef CONSILIUM_LAB_AIR_AIR_EXCHANGE_H_
#define CONSILIUM_LAB_AIR_AIR_EXCHANGE_H_

#include <memory>

#include "base/status.h"
#include "modules/schedule/make_exchange.h"
#include "server/federation/schedule_plan.h"
#include "server/federation/stage_exchange.h"

namespace consilium::air {

// The rounds' exchange over the plan's Gaussian channel. Of `options` its schedule and compressor
// do not matter: the channel's scheme takes their place.
StatusOr<std::unique_ptr<schedule::Exchange<float>>> MakeAirExchange(
    schedule::ExchangeOptions options, const federation::SchedulePlan& schedule);

// The rounds of a plan in simulation: MakeRoundExchange, or over the channel that the plan names.
StatusOr<std::unique_ptr<schedule::Exchange<float>>> MakeSimulatedRounds(
    const federation::Place& place, const federation::Plan& plan, const FlatShape& shape);

}  // namespace consilium::air

#endif  // CONSILIUM_LAB_AIR_AIR_EXCHANGE_H_
