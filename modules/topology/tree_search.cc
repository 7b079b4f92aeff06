#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "modules/topology/distances.h"
#include "modules/topology/measured_graph.h"
#include "modules/topology/spanning_tree.h"

namespace consilium::topology {
namespace {

// Links looked at, for each of the two stages.
constexpr double kMostWork = 1e8;

// A tree that can change; parts of it are told apart by `side`.
using Tree = std::vector<std::vector<Link>>;

Tree TreeOf(const ShortestPaths& paths) {
  Tree tree(paths.parent.size());
  for (size_t site = 0; site < tree.size(); ++site) {
    const int parent = paths.parent[site];
    if (parent < 0) continue;
    const double length = paths.distance[site] - paths.distance[static_cast<size_t>(parent)];
    tree[site].push_back({parent, length});
    tree[static_cast<size_t>(parent)].push_back({static_cast<int>(site), length});
  }
  return tree;
}

// The part of a tree that is reached from a site without passing over the link to `barred`.
struct Part {
  std::vector<int> sites;         // in the order in which they were reached
  std::vector<int> parent;        // of each of them; -1 of the first
  std::vector<double> upward;     // length of the link to the parent
  std::vector<double> distances;  // of each of them: sum of its distances to all of the part
};

Part PartFrom(const Tree& tree, int start, int barred) {
  Part part{{start}, {-1}, {0.0}, {}};
  std::vector<size_t> place = {0};  // of the parent
  std::vector<double> depth = {0.0};
  for (size_t head = 0; head < part.sites.size(); ++head) {
    const int site = part.sites[head];
    for (const auto& [next, length] : tree[static_cast<size_t>(site)]) {
      if (next == part.parent[head] || (head == 0 && next == barred)) continue;
      part.sites.push_back(next);
      part.parent.push_back(site);
      part.upward.push_back(length);
      place.push_back(head);
      depth.push_back(depth[head] + length);
    }
  }
  // From the root's sum down: past a link, what is behind it comes nearer and the rest farther.
  const size_t count = part.sites.size();
  std::vector<double> behind(count, 1.0);
  for (size_t at = count; at-- > 1;) behind[place[at]] += behind[at];
  part.distances.assign(count, std::accumulate(depth.begin(), depth.end(), 0.0));
  for (size_t at = 1; at < count; ++at) {
    part.distances[at] =
        part.distances[place[at]] + part.upward[at] * (static_cast<double>(count) - 2 * behind[at]);
  }
  return part;
}

// Half the sum of all distances: each link's length times the pairs it stands between.
double Cost(const Tree& tree) {
  const Part all = PartFrom(tree, 0, -1);
  return std::accumulate(all.distances.begin(), all.distances.end(), 0.0) / 2;
}

void Unlink(Tree& tree, int a, int b) {
  std::erase_if(tree[static_cast<size_t>(a)], [b](const Link& link) { return link.to == b; });
  std::erase_if(tree[static_cast<size_t>(b)], [a](const Link& link) { return link.to == a; });
}

void Join(Tree& tree, int a, const Link& link) {
  tree[static_cast<size_t>(a)].push_back(link);
  tree[static_cast<size_t>(link.to)].push_back({a, link.length});
}

// Exchanges the link a-b for the best one between the two parts; whether that helped. With |A| and
// |B| sites, joining u to v costs |B| D_A(u) + |A| D_B(v) + |A||B| length beyond the parts' own.
bool Exchange(const MeasuredGraph& graph, int a, int b, double length, Tree& tree) {
  Part first = PartFrom(tree, a, b), second = PartFrom(tree, b, a);
  if (first.sites.size() > second.sites.size()) std::swap(first, second), std::swap(a, b);
  const auto in_first = static_cast<double>(first.sites.size());
  const auto in_second = static_cast<double>(second.sites.size());
  std::vector<double> there(tree.size(), -1.0);  // D_B; -1 outside B
  for (size_t at = 0; at < second.sites.size(); ++at) {
    there[static_cast<size_t>(second.sites[at])] = second.distances[at];
  }
  const auto cost = [&](double here, const Link& link) {
    return in_second * here + in_first * there[static_cast<size_t>(link.to)] +
           in_first * in_second * link.length;
  };
  double best = cost(first.distances[0], {b, length}) * (1 - 1e-12);
  int from = -1;
  Link chosen;
  for (size_t at = 0; at < first.sites.size(); ++at) {
    for (const Link& link : graph.Links(first.sites[at])) {
      if (there[static_cast<size_t>(link.to)] < 0) continue;
      const double with = cost(first.distances[at], link);
      if (with >= best) continue;
      best = with;
      from = first.sites[at];
      chosen = link;
    }
  }
  if (from < 0) return false;
  Unlink(tree, a, b);
  Join(tree, from, chosen);
  return true;
}

// Those from which a tree of shortest paths is tried: all, or, where that is too much work, those
// with the most direct and then the shortest links.
std::vector<int> Candidates(const MeasuredGraph& graph) {
  const auto n = static_cast<size_t>(graph.size());
  std::vector<int> sites(n);
  std::iota(sites.begin(), sites.end(), 0);
  const double each = static_cast<double>(graph.links() + n) * 4;  // and a queue's work
  const auto most = static_cast<size_t>(std::max(8.0, kMostWork / each));
  if (most >= n) return sites;
  std::vector<double> reach(n, 0.0);
  for (size_t i = 0; i < n; ++i) {
    for (const Link& link : graph.Links(static_cast<int>(i))) reach[i] += 1 / link.length;
  }
  std::stable_sort(sites.begin(), sites.end(), [&](int a, int b) {
    return reach[static_cast<size_t>(a)] > reach[static_cast<size_t>(b)];
  });
  sites.resize(most);
  return sites;
}

Tree BestShortestPaths(const MeasuredGraph& graph) {
  double best = std::numeric_limits<double>::infinity();
  Tree tree;
  for (const int root : Candidates(graph)) {
    Tree found = TreeOf(PathsFrom(graph, root));
    const double cost = Cost(found);
    if (cost >= best * (1 - 1e-12)) continue;
    best = cost;
    tree = std::move(found);
  }
  return tree;
}

void Improve(const MeasuredGraph& graph, Tree& tree) {
  double work = 0;
  bool better = true;
  while (better && work < kMostWork) {
    better = false;
    for (int a = 0; a < graph.size() && work < kMostWork; ++a) {
      const std::vector<Link> links = tree[static_cast<size_t>(a)];
      for (const auto& [b, length] : links) {
        if (b < a) continue;
        better = Exchange(graph, a, b, length, tree) || better;
        work += static_cast<double>(graph.links()) / 4 + 8.0 * graph.size();
      }
    }
  }
}

}  // namespace

StatusOr<Graph> SpanningTree(const Graph& graph, const std::vector<double>& delays) {
  ASSIGN_OR_RETURN(const MeasuredGraph measured, MeasuredGraph::Create(graph, delays));
  if (!IsConnected(graph)) {
    return InvalidArgument("the graph of {} sites is not connected: some sites cannot be reached",
                           graph.size());
  }
  if (IsTree(graph)) return graph;  // there is no other
  Tree tree = BestShortestPaths(measured);
  Improve(measured, tree);
  std::vector<Edge> edges;
  for (int site = 0; site < graph.size(); ++site) {
    for (const Link& link : tree[static_cast<size_t>(site)]) {
      if (site < link.to) edges.emplace_back(site, link.to);
    }
  }
  return Graph::Create(graph.size(), edges);
}

double MeanTreeDistance(const Graph& tree, const std::vector<double>& delays) {
  const StatusOr<MeasuredGraph> measured = MeasuredGraph::Create(tree, delays);
  if (!measured.ok()) return std::numeric_limits<double>::quiet_NaN();
  const double n = tree.size();
  return 2 * Cost(TreeOf(PathsFrom(*measured, 0))) / (n * n);
}

}  // namespace consilium::topology
