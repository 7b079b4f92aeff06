#include "modules/topology/candidates.h"

#include <algorithm>

#include "fmt/format.h"
#include "modules/topology/distances.h"
#include "modules/topology/generators.h"
#include "modules/topology/spanning_tree.h"

namespace consilium::topology {
namespace {

// Of more sites than this, graphs with more links a site than that are not considered.
constexpr int kManySites = 200, kManyLinks = 64;

// How many sites each site has at each distance, sorted: graphs that are the same but for their
// numbering have the same.
std::vector<std::vector<int>> SignatureOf(const Graph& graph) {
  std::vector<std::vector<int>> signature;
  for (int site = 0; site < graph.size(); ++site) {
    std::vector<int>& counts = signature.emplace_back();
    for (const int hops : HopsFrom(graph, site)) {
      if (static_cast<size_t>(hops) >= counts.size()) counts.resize(static_cast<size_t>(hops) + 1);
      ++counts[static_cast<size_t>(hops)];
    }
  }
  std::sort(signature.begin(), signature.end());
  return signature;
}

// Of links that a plan lists.
std::string ShapeOf(const Graph& graph, const LinkList& links) {
  if (!IsTree(graph)) return "all links";
  const int most = MostLinks(graph);
  if (most <= 2) return "chain";
  for (int site = 0; site < graph.size(); ++site) {
    if (graph.Degree(site) < graph.size() - 1) continue;
    return fmt::format("star around {}", links.sites[static_cast<size_t>(site)]);
  }
  return fmt::format("tree around {}, {} hops across",
                     links.sites[static_cast<size_t>(Center(graph))], Diameter(graph));
}

StatusOr<std::vector<Candidate>> ListedCandidates(const LinkList& links, bool trees) {
  std::vector<Candidate> candidates;
  const auto add = [&](const Graph& graph) {
    candidates.push_back({"edges", graph, false, ShapeOf(graph, links)});
  };
  if (!trees) {
    add(links.graph);
    return candidates;
  }
  ASSIGN_OR_RETURN(const Graph near, SpanningTree(links.graph));
  add(near);
  if (links.delays_ms.empty()) return candidates;
  ASSIGN_OR_RETURN(const Graph fast, SpanningTree(links.graph, links.delays_ms));
  if (fast == near) return candidates;
  add(fast);
  if (candidates[0].shape == candidates[1].shape) {
    candidates[0].shape += ", fewest hops";
    candidates[1].shape += ", least delay";
  }
  return candidates;
}

StatusOr<std::vector<Candidate>> NamedCandidates(const Situation& situation, bool trees) {
  std::vector<Candidate> candidates;
  std::vector<std::vector<std::vector<int>>> seen;
  const int limit = situation.most_links;
  const auto add = [&](std::string name, const Graph& graph, bool named) {
    const int most = MostLinks(graph);
    if ((IsTree(graph) != trees && situation.sites > 2) || (limit > 0 && most > limit)) return;
    if (situation.sites > kManySites && most > kManyLinks && !trees) return;
    std::vector<std::vector<int>> signature = SignatureOf(graph);
    if (std::find(seen.begin(), seen.end(), signature) != seen.end()) return;
    seen.push_back(std::move(signature));
    candidates.push_back({named ? name : "edges", graph, named, name});
  };
  for (const NamedTopology& topology : AllTopologies()) {
    if (topology.name.starts_with("random") || topology.name.starts_with("small")) continue;
    ASSIGN_OR_RETURN(const Graph graph, topology.make(situation.sites));
    add(std::string(topology.name), graph, true);
  }
  if (trees && limit > 2 && limit < situation.sites) {
    ASSIGN_OR_RETURN(const Graph graph, TreeOfDegree(situation.sites, limit));
    add(fmt::format("tree:{}", limit), graph, false);
  }
  return candidates;
}

}  // namespace

int MostLinks(const Graph& graph) {
  int most = 0;
  for (int site = 0; site < graph.size(); ++site) most = std::max(most, graph.Degree(site));
  return most;
}

StatusOr<std::vector<Candidate>> Candidates(const Situation& situation, bool trees) {
  return situation.links ? ListedCandidates(*situation.links, trees)
                         : NamedCandidates(situation, trees);
}

}  // namespace consilium::topology
