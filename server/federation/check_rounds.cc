#include <utility>

#include "server/federation/run_record.h"
#include "server/federation/stage_exchange.h"
#include "server/federation/topology.h"

namespace consilium::federation {

// As if every site held all modules: what is left out of messages only makes them smaller.
Status CheckRounds(const Plan& plan, const FlatShape& shape, RoundsMaker make_rounds) {
  Assignment assignment;
  assignment.generation = 1;
  std::vector<std::string> names = plan.sites;
  if (plan.schedule.aggregator == Aggregator::kCoordinator) names.emplace_back(kCoordinatorSite);
  ASSIGN_OR_RETURN(assignment.edges, PlanEdges(plan, names));
  for (const std::string& name : names) {
    const bool aggregator = name == kCoordinatorSite;
    assignment.participants.push_back(
        {name, std::vector<float>(shape.blocks.size(), aggregator ? 0.0F : 1.0F), false,
         aggregator});
  }
  ASSIGN_OR_RETURN(const Place place, PlaceOf(std::move(assignment), names.front(), shape, plan));
  return make_rounds(place, plan, shape).status();
}

}  // namespace consilium::federation
