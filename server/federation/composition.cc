#include "server/federation/composition.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "modules/topology/distances.h"
#include "modules/topology/spanning_tree.h"
#include "server/federation/topology.h"

namespace consilium::federation {
namespace {

Status CheckWeights(const Participant& participant, const FlatShape& shape) {
  if (participant.weights.size() != shape.blocks.size()) {
    return InvalidArgument("{} has {} weights, expected one for each of {} modules",
                           participant.site, participant.weights.size(), shape.blocks.size());
  }
  for (const float weight : participant.weights) {
    if (!IsWeight(weight)) {
      return InvalidArgument("{} has weight {}, expected 0 or a number from 1e-6 to 1e9",
                             participant.site, weight);
    }
  }
  return OkStatus();
}

Status CheckWeights(const Assignment& assignment, const FlatShape& shape) {
  for (const Participant& participant : assignment.participants) {
    RETURN_IF_ERROR(CheckWeights(participant, shape));
  }
  return OkStatus();
}

std::map<std::string_view, int> PositionsOf(const std::vector<Participant>& participants) {
  std::map<std::string_view, int> positions;
  for (size_t i = 0; i < participants.size(); ++i) {
    positions.insert_or_assign(participants[i].site, static_cast<int>(i));
  }
  return positions;
}

StatusOr<topology::TreePair> TreesOf(const Assignment& assignment, const Plan& plan) {
  std::vector<std::string> present;
  for (const Participant& participant : assignment.participants) {
    present.push_back(participant.site);
  }
  return PlanTrees(plan, present);
}

Status NotAmong(const std::string& site) {
  return NotFound("{} is not among the participants", site);
}

// Requires weights that CheckWeights accepts.
StatusOr<Shared<Composition>> Composed(const Shared<Assignment>& assignment, const Plan& plan) {
  const std::vector<Participant>& participants = assignment->participants;
  Composition made;
  made.assignment = assignment;
  made.positions = PositionsOf(participants);
  int aggregator = -1;
  for (size_t i = 0; i < participants.size(); ++i) {
    if (participants[i].aggregator) aggregator = static_cast<int>(i);
    made.anybody_current |= participants[i].current;
  }
  ASSIGN_OR_RETURN(made.graph, topology::Graph::Create(static_cast<int>(participants.size()),
                                                       assignment->edges));
  ASSIGN_OR_RETURN(made.tree, topology::SpanningTree(made.graph));
  made.root = aggregator >= 0 ? aggregator : topology::Center(made.tree);
  if (plan.schedule.trees != 1) {
    ASSIGN_OR_RETURN(made.trees, TreesOf(*assignment, plan));
  }
  // Of two trees both have the same distances, since one is the image of the other.
  if (plan.schedule.raise_learning_rate) {
    made.rate_factor =
        topology::RelayLearningRateFactor(made.trees ? made.trees->first : made.tree);
  }
  return Shared<Composition>(std::move(made));
}

}  // namespace

StatusOr<Shared<Composition>> Compose(Shared<Assignment> assignment, const FlatShape& shape,
                                      const Plan& plan) {
  RETURN_IF_ERROR(CheckWeights(*assignment, shape));
  return Composed(assignment, plan);
}

StatusOr<Place> PlaceOf(const Shared<Composition>& composition, const std::string& site) {
  const auto found = composition->positions.find(site);
  if (found == composition->positions.end()) return NotAmong(site);
  return Place{composition, found->second};
}

StatusOr<Place> PlaceOf(Shared<Assignment> assignment, const std::string& site,
                        const FlatShape& shape, const Plan& plan) {
  RETURN_IF_ERROR(CheckWeights(*assignment, shape));
  // Who has no place need not know whether the rest holds together.
  if (std::ranges::find(assignment->participants, site, &Participant::site) ==
      assignment->participants.end()) {
    return NotAmong(site);
  }
  ASSIGN_OR_RETURN(const Shared<Composition> composition, Composed(assignment, plan));
  return PlaceOf(composition, site);
}

}  // namespace consilium::federation
