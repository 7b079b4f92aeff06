#include "modules/topology/generators.h"

#include <array>
#include <string>
#include <vector>

namespace consilium {
namespace {

constexpr std::array kTopologies = {
    NamedTopology{"chain", Chain},
    NamedTopology{"ring", Ring},
    NamedTopology{"star", Star},
    NamedTopology{"binary_tree", BinaryTree},
    NamedTopology{"fully_connected", FullyConnected},
};

}  // namespace

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
  for (int i = 0; i < n; ++i) {
    for (int j = i + 1; j < n; ++j) edges.emplace_back(i, j);
  }
  return Graph::Create(n, edges);
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
  std::string known;
  for (const NamedTopology& topology : kTopologies) {
    if (topology.name == name) return topology.make(n);
    known.append(known.empty() ? "" : ", ").append(topology.name);
  }
  return InvalidArgument("unknown topology '{}': choose one of {}", name, known);
}

}  // namespace consilium
