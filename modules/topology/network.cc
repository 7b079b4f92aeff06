#include "modules/topology/network.h"

#include <algorithm>
#include <charconv>

#include "base/random.h"
#include "fmt/ranges.h"
#include "modules/topology/generators.h"
#include "modules/topology/random_graphs.h"

namespace consilium::topology {
namespace {

constexpr uint64_t kSeed = 1;
constexpr double kRewired = 0.2;

// "4x8" as {4, 8}.
StatusOr<std::vector<int>> Numbers(std::string_view text, std::string_view name) {
  std::vector<int> numbers;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('x', at), text.size());
    int number = 0;
    const char* const last = text.data() + end;
    const auto [stop, error] = std::from_chars(text.data() + at, last, number);
    if (error != std::errc() || stop != last) {
      return InvalidArgument("'{}:{}': expected whole numbers after the colon, as in torus:4x8",
                             name, text);
    }
    numbers.push_back(number);
    at = end + 1;
  }
  return numbers;
}

StatusOr<Network> TorusOf(const std::vector<int>& sides, int n) {
  ASSIGN_OR_RETURN(const Graph graph, Torus(sides));
  if (graph.size() != n) {
    return InvalidArgument("a torus of {} has {} sites, expected {}", fmt::join(sides, " x "),
                           graph.size(), n);
  }
  return NetworkOf(fmt::format("torus:{}", fmt::join(sides, "x")), graph);
}

StatusOr<Network> WithNumbers(std::string_view name, std::string_view text, int n) {
  ASSIGN_OR_RETURN(const std::vector<int> numbers, Numbers(text, name));
  if (name == "torus") return TorusOf(numbers, n);
  if (numbers.size() != 1) {
    return InvalidArgument("'{}:{}': expected one number after the colon", name, text);
  }
  std::string full = fmt::format("{}:{}", name, numbers[0]);
  if (name == "tree") {
    ASSIGN_OR_RETURN(const Graph graph, TreeOfDegree(n, numbers[0]));
    return NetworkOf(std::move(full), graph);
  }
  if (name == "small_world") {
    if (numbers[0] < 4 || numbers[0] % 2 != 0 || numbers[0] > n - 2) {
      return InvalidArgument(
          "'{}' of {} sites: expected an even number of links from 4 (2 is a ring) to {} (more is "
          "fully connected)",
          full, n, n - 2);
    }
    Random random = Random::Named(kSeed, "small world");
    ASSIGN_OR_RETURN(const Graph graph, SmallWorld(n, numbers[0], kRewired, random));
    return NetworkOf(std::move(full), graph);
  }
  if (name == "local_steps") {
    ASSIGN_OR_RETURN(const MixingScheme mean, Averaging(n));
    ASSIGN_OR_RETURN(MixingScheme scheme, LocalSteps(mean, numbers[0]));
    return Network{std::move(full), std::move(scheme), {}};
  }
  return InvalidArgument("'{}' takes no numbers: torus, tree, local_steps and small_world do",
                         name);
}

StatusOr<Network> TwoTrees(int n) {
  ASSIGN_OR_RETURN(const TreePair trees, DoubleBinaryTrees(n));
  ASSIGN_OR_RETURN(const MixingScheme first, MetropolisScheme(trees.first));
  ASSIGN_OR_RETURN(const MixingScheme second, MetropolisScheme(trees.second));
  ASSIGN_OR_RETURN(MixingScheme both, MixingScheme::Create({first.Phase(0), second.Phase(0)}));
  return Network{"double_binary_trees", std::move(both), {}};
}

}  // namespace

StatusOr<Network> NetworkOf(std::string name, const Graph& graph) {
  ASSIGN_OR_RETURN(MixingScheme scheme, MetropolisScheme(graph));
  return Network{std::move(name), std::move(scheme), graph};
}

StatusOr<Network> MakeNetwork(std::string_view name, int n) {
  if (n < 1) return InvalidArgument("{} sites: at least 1 is needed", n);
  if (const size_t colon = name.find(':'); colon != name.npos) {
    return WithNumbers(name.substr(0, colon), name.substr(colon + 1), n);
  }
  for (const NamedTopology& topology : AllTopologies()) {
    if (topology.name != name) continue;
    ASSIGN_OR_RETURN(const Graph graph, topology.make(n));
    return NetworkOf(std::string(name), graph);
  }
  for (const NamedScheme& special : SpecialSchemes()) {
    if (special.name != name) continue;
    ASSIGN_OR_RETURN(MixingScheme scheme, special.make(n));
    return Network{std::string(name), std::move(scheme), {}};
  }
  if (name == "double_binary_trees") return TwoTrees(n);
  return InvalidArgument("unknown topology '{}': choose one of {}", name,
                         fmt::join(NetworkNames(), ", "));
}

std::vector<std::string> NetworkNames() {
  std::vector<std::string> names;
  for (const NamedTopology& topology : AllTopologies()) names.emplace_back(topology.name);
  for (const NamedScheme& special : SpecialSchemes()) names.emplace_back(special.name);
  for (const char* more : {"double_binary_trees", "torus:AxB", "tree:LINKS", "local_steps:STEPS",
                           "small_world:LINKS"}) {
    names.emplace_back(more);
  }
  return names;
}

StatusOr<Graph> LinksOf(const Network& network) {
  if (network.graph) return *network.graph;
  std::vector<Edge> edges;
  for (const SparseMixing& phase : network.scheme.phases()) {
    for (int site = 0; site < phase.size(); ++site) {
      for (const Share& share : phase.Row(site)) {
        if (share.from == site) continue;
        edges.emplace_back(std::min(site, share.from), std::max(site, share.from));
      }
    }
  }
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return Graph::Create(network.scheme.size(), edges);
}

}  // namespace consilium::topology
