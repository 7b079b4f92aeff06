#ifndef CONSILIUM_SERVER_FEDERATION_COMPOSITION_H_
#define CONSILIUM_SERVER_FEDERATION_COMPOSITION_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/shared.h"
#include "base/status.h"
#include "modules/slices.h"
#include "modules/topology/generators.h"
#include "modules/topology/graph.h"
#include "server/federation/messages.h"
#include "server/federation/plan.h"

namespace consilium::federation {

// What all sites of a generation compute alike from its assignment, whichever of them they are. A
// node computes it for its one site, a simulation once for all.
struct Composition {
  Shared<Assignment> assignment;
  std::map<std::string_view, int> positions;  // of the participants, by name
  topology::Graph graph;                      // of the rounds
  topology::Graph tree;                       // spans `graph`: of the exact means
  int root = 0;                               // of the tree
  std::optional<topology::TreePair> trees;    // of the rounds, if the plan wants two
  bool anybody_current = false;
  double rate_factor = 1;  // local steps multiply their learning rate by it
};

// Checks the assignment against the plan and the shape all sites share.
StatusOr<Shared<Composition>> Compose(Shared<Assignment> assignment, const FlatShape& shape,
                                      const Plan& plan);

// A composition, and which of its participants one site is.
struct Place {
  Shared<Composition> of;
  int self = 0;

  const Composition* operator->() const { return &*of; }
};

// NotFound if `site` is not among the participants.
StatusOr<Place> PlaceOf(const Shared<Composition>& composition, const std::string& site);

// The same of an assignment that is composed for this site alone.
StatusOr<Place> PlaceOf(Shared<Assignment> assignment, const std::string& site,
                        const FlatShape& shape, const Plan& plan);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_COMPOSITION_H_
