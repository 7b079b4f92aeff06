#include "modules/topology/generators.h"

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "modules/named.h"
#include "modules/topology/random_graphs.h"

namespace consilium::topology {
namespace {

// Random topologies that a plan names are the same for everybody.
constexpr uint64_t kNamedSeed = 1;

StatusOr<Graph> NamedGeometric(int n) {
  Random random = Random::Named(kNamedSeed, "random geometric");
  ASSIGN_OR_RETURN(GeometricGraph made, RandomGeometric(n, 0, random));
  return made.graph;
}

StatusOr<Graph> NamedSmallWorld(int n) {
  Random random = Random::Named(kNamedSeed, "small world");
  return SmallWorld(n, 4, 0.2, random);
}

constexpr std::array kTopologies = {
    NamedTopology{"chain", Chain},
    NamedTopology{"ring", Ring},
    NamedTopology{"star", Star},
    NamedTopology{"binary_tree", BinaryTree},
    NamedTopology{"ternary_tree", [](int n) { return TreeOfDegree(n, 4); }},
    NamedTopology{"torus", [](int n) { return Torus(n); }},
    NamedTopology{"hypercube", Hypercube},
    NamedTopology{"two_cliques", TwoCliques},
    NamedTopology{"random_geometric", NamedGeometric},
    NamedTopology{"small_world", NamedSmallWorld},
    NamedTopology{"fully_connected", FullyConnected},
};

// Joins each two of the sites first .. last-1.
void JoinAll(int first, int last, std::vector<Edge>& edges) {
  for (int i = first; i < last; ++i) {
    for (int j = i + 1; j < last; ++j) edges.emplace_back(i, j);
  }
}

}  // namespace

StatusOr<Graph> Solo(int n) { return Graph::Create(n, {}); }

StatusOr<Graph> Chain(int n) {
  std::vector<Edge> edges;
  for (int i = 1; i < n; ++i) edges.emplace_back(i - 1, i);
  return Graph::Create(n, edges);
}

StatusOr<Graph> Ring(int n) {
  std::vector<Edge> edges;
  for (int i = 1; i < n; ++i) edges.emplace_back(i - 1, i);
  if (n > 2) edges.emplace_back(n - 1, 0);
  return Graph::Create(n, edges);
}

StatusOr<Graph> Star(int n) {
  std::vector<Edge> edges;
  for (int i = 1; i < n; ++i) edges.emplace_back(0, i);
  return Graph::Create(n, edges);
}

StatusOr<Graph> BinaryTree(int n) {
  std::vector<Edge> edges;
  if (n > 1) edges.emplace_back(0, 1);
  for (int i = 2; i < n; ++i) edges.emplace_back(i / 2, i);
  return Graph::Create(n, edges);
}

StatusOr<Graph> FullyConnected(int n) {
  std::vector<Edge> edges;
  JoinAll(0, n, edges);
  return Graph::Create(n, edges);
}

StatusOr<Graph> TwoCliques(int n) {
  std::vector<Edge> edges;
  const int half = (n + 1) / 2;
  JoinAll(0, half, edges);
  JoinAll(half, n, edges);
  if (n > 1) edges.emplace_back(0, half);
  return Graph::Create(n, edges);
}

StatusOr<Graph> Hypercube(int n) {
  std::vector<Edge> edges;
  for (int i = 0; i < n; ++i) {
    for (int bit = 1; bit <= i; bit <<= 1) {
      if ((i & bit) != 0) edges.emplace_back(i ^ bit, i);
    }
  }
  return Graph::Create(n, edges);
}

StatusOr<Graph> Torus(const std::vector<int>& sides) {
  constexpr int64_t kMostSites = 1 << 20;
  int64_t n = sides.empty() ? 0 : 1;
  for (const int side : sides) {
    if (side < 1) return InvalidArgument("a torus with a side of {}: at least 1 is needed", side);
    n = std::min(n * side, kMostSites + 1);
  }
  if (n > kMostSites) return InvalidArgument("a torus of more than {} sites", kMostSites);
  std::vector<Edge> edges;
  for (int i = 0; i < n; ++i) {
    int stride = 1;
    for (const int side : sides) {
      const int at = i / stride % side;
      const int next = i + (at + 1 == side ? (1 - side) * stride : stride);
      if (side > 2 || (side == 2 && at == 0)) edges.emplace_back(i, next);
      stride *= side;
    }
  }
  return Graph::Create(static_cast<int>(n), edges);
}

StatusOr<Graph> Torus(int n) {
  if (n < 1) return InvalidArgument("a torus of {} sites: at least 1 is needed", n);
  int rows = static_cast<int>(std::sqrt(static_cast<double>(n)));
  while (n % rows != 0) --rows;
  return Torus(std::vector<int>{n / rows, rows});
}

StatusOr<Graph> TreeOfDegree(int n, int degree) {
  if (degree < (n > 2 ? 2 : 1)) {
    return InvalidArgument("a tree of {} sites with at most {} links each: at least 2 are needed",
                           n, degree);
  }
  std::vector<Edge> edges;
  int parent = 0, room = degree;
  for (int i = 1; i < n; ++i) {
    if (room == 0) ++parent, room = degree - 1;
    edges.emplace_back(parent, i);
    --room;
  }
  return Graph::Create(n, edges);
}

StatusOr<TreePair> DoubleBinaryTrees(int n) {
  TreePair pair;
  ASSIGN_OR_RETURN(pair.first, BinaryTree(n));
  std::vector<Edge> mirrored;
  for (const auto& [a, b] : pair.first.Edges()) mirrored.emplace_back(n - 1 - a, n - 1 - b);
  ASSIGN_OR_RETURN(pair.second, Graph::Create(n, mirrored));
  return pair;
}

StatusOr<Graph> RandomTree(int n, Random& random) {
  if (n < 1) return InvalidArgument("a tree of {} sites: at least 1 is needed", n);
  const std::vector<int> number = random.Permutation(n);
  std::vector<Edge> edges;
  for (int i = 1; i < n; ++i) {
    const auto parent = random.Below(static_cast<uint64_t>(i));
    edges.emplace_back(number[parent], number[static_cast<size_t>(i)]);
  }
  return Graph::Create(n, edges);
}

std::span<const NamedTopology> AllTopologies() { return kTopologies; }

StatusOr<Graph> MakeTopology(std::string_view name, int n) {
  ASSIGN_OR_RETURN(const size_t place,
                   PlaceOfName(kTopologies, name, "topology", &NamedTopology::name));
  return kTopologies[place].make(n);
}

}  // namespace consilium::topology
