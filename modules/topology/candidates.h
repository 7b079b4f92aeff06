#ifndef CONSILIUM_MODULES_TOPOLOGY_CANDIDATES_H_
#define CONSILIUM_MODULES_TOPOLOGY_CANDIDATES_H_

#include <string>
#include <vector>

#include "base/status.h"
#include "modules/topology/advise.h"

namespace consilium::topology {

// A graph that the sites can form.
struct Candidate {
  std::string topology;  // as plans name it
  Graph graph;
  bool named;         // else the plan lists its edges
  std::string shape;  // for people
};

// Trees, or graphs that are none, which the situation allows: each once, however its sites are
// numbered. Of listed links the trees with the fewest hops and with the least delay, and all of
// them.
StatusOr<std::vector<Candidate>> Candidates(const Situation& situation, bool trees);

// Of a site.
int MostLinks(const Graph& graph);

}  // namespace consilium::topology

#endif  // CONSILIUM_MODULES_TOPOLOGY_CANDIDATES_H_
