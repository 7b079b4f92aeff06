#include "server/federation/air_exchange.h"

#include <utility>

#include "modules/schedule/over_the_air.h"
#include "server/federation/held_exchange.h"

namespace consilium {

StatusOr<std::unique_ptr<Exchange<float>>> MakeAirExchange(ExchangeOptions options,
                                                           const SchedulePlan& schedule) {
  OverTheAirOptions air;
  air.channel = {.kind = ChannelKind::kGaussian,
                 .power = schedule.channel.power,
                 .noise = schedule.channel.noise};
  ASSIGN_OR_RETURN(air.scheme.kind, ParseAirScheme(schedule.channel.scheme));
  air.scheme.rank = schedule.rank;
  air.scheme.min_compression = schedule.min_compression;
  air.scheme.ratio = schedule.keep;
  return MakeHeldExchange(std::move(options), [&air](const ExchangeOptions& held) {
    air.self = held.self;
    air.graph = held.graph;
    air.root = held.root;
    air.shape = held.shape;
    air.weights = held.weights;
    air.seed = held.seed;
    return MakeOverTheAir<float>(air);
  });
}

Status CheckRealChannel(const Plan& plan) {
  if (plan.schedule.channel.kind == "ideal") return OkStatus();
  return InvalidArgument(
      "[channel] kind = \"{}\" serves planning and is for consilium simulate only: a federation's "
      "messages go over TLS and arrive whole. Leave [channel] out to start a run",
      plan.schedule.channel.kind);
}

}  // namespace consilium
