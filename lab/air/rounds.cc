#include "lab/air/rounds.h"

#include <utility>

#include "lab/air/over_the_air.h"
#include "server/federation/held_exchange.h"

namespace consilium::air {

StatusOr<std::unique_ptr<schedule::Exchange<float>>> MakeAirExchange(
    schedule::ExchangeOptions options, const federation::SchedulePlan& schedule) {
  OverTheAirOptions air;
  air.channel = {.kind = ChannelKind::kGaussian,
                 .power = schedule.channel.power,
                 .noise = schedule.channel.noise};
  ASSIGN_OR_RETURN(air.scheme.kind, ParseAirScheme(schedule.channel.scheme));
  air.scheme.rank = schedule.compression.rank;
  air.scheme.min_compression = schedule.compression.min_compression;
  air.scheme.ratio = schedule.compression.keep;
  return federation::MakeHeldExchange(std::move(options),
                                      [&air](const schedule::ExchangeOptions& held) {
                                        air.self = held.self;
                                        air.graph = held.graph;
                                        air.root = held.root;
                                        air.shape = held.shape;
                                        air.weights = held.weights;
                                        air.seed = held.seed;
                                        return MakeOverTheAir<float>(air);
                                      });
}

StatusOr<std::unique_ptr<schedule::Exchange<float>>> MakeSimulatedRounds(
    const federation::Place& place, const federation::Plan& plan, const FlatShape& shape) {
  if (plan.schedule.channel.kind != federation::ChannelKind::kGaussian)
    return federation::MakeRoundExchange(place, plan, shape);
  ASSIGN_OR_RETURN(schedule::ExchangeOptions options, federation::RoundOptions(place, plan, shape));
  return MakeAirExchange(std::move(options), plan.schedule);
}

}  // namespace consilium::air
