#include "server/federation/topology_plan.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/toml_fields.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "modules/schedule/make_exchange.h"
#include "modules/topology/distances.h"
#include "modules/topology/generators.h"
#include "modules/topology/network.h"

namespace consilium::federation {
namespace {

struct Advice {
  std::string_view name;
  std::string_view text;
};

// What `consilium topology` analyses and plans say in other words.
constexpr Advice kInOtherWords[] = {
    {"solo", "sites on their own are the baselines' \"local\""},
    {"uni_ring", "of links that lead one way there is kind = \"push_sum\""},
    {"time_varying_exponential", "those links come with kind = \"push_sum\""},
    {"double_binary_trees", "that is topology = \"binary_tree\" with trees = 2"},
    {"local_steps", "local steps between exchanges are training.local_epochs"},
};

std::string_view Stem(std::string_view name) { return name.substr(0, name.find(':')); }

std::vector<std::string> PlanTopologies() {
  std::vector<std::string> names;
  for (const topology::NamedTopology& each : topology::AllTopologies())
    names.emplace_back(each.name);
  for (const char* more : {"torus:AxB", "tree:LINKS", "small_world:LINKS", "edges"}) {
    names.emplace_back(more);
  }
  return names;
}

std::optional<std::pair<int, int>> ReadEdge(TomlTable& table,
                                            const std::vector<std::string>& sites) {
  int ends[2] = {-1, -1};
  const char* const keys[2] = {"from", "to"};
  for (int end = 0; end < 2; ++end) {
    const std::string name = table.RequireText(keys[end]);
    const auto found = std::find(sites.begin(), sites.end(), name);
    if (found == sites.end()) {
      table.ComplainAt(keys[end],
                       fmt::format("'{}' is none of the sites{}", name, Suggestion(name, sites)));
      return std::nullopt;
    }
    ends[end] = static_cast<int>(found - sites.begin());
  }
  return std::pair(ends[0], ends[1]);
}

bool GoesAlongATree(const SchedulePlan& schedule) {
  if (schedule.aggregator == Aggregator::kCoordinator) return false;
  const auto found =
      std::ranges::find(schedule::AllSchedules(), schedule.kind, &schedule::NamedSchedule::name);
  return found != schedule::AllSchedules().end() && found->needs_tree;
}

void CheckEdges(TomlTable& table, const std::vector<std::string>& sites,
                const SchedulePlan& schedule) {
  const auto graph = topology::Graph::Create(static_cast<int>(sites.size()), schedule.edges);
  if (!graph.ok()) return table.Complain(std::string(graph.status().message()));
  const std::vector<int> hops = topology::HopsFrom(*graph, 0);
  const auto apart = std::ranges::find(hops, -1);
  if (apart != hops.end()) {
    return table.Complain(
        fmt::format("no way leads from '{}' to '{}': the links have to join all sites",
                    sites.front(), sites[static_cast<size_t>(apart - hops.begin())]));
  }
  if (GoesAlongATree(schedule) && schedule.edges.size() >= sites.size()) {
    table.Complain(fmt::format(
        "{} links between {} sites have a cycle, and {} goes along a tree: expected {} links; "
        "consilium topology advise chooses them by their delays",
        schedule.edges.size(), sites.size(), schedule.kind, sites.size() - 1));
  }
}

}  // namespace

StatusOr<topology::Graph> TopologyOf(std::string_view name, int n) {
  for (const Advice& advice : kInOtherWords) {
    if (advice.name == Stem(name)) {
      return InvalidArgument("topology '{}' is for analysis only: in a plan {}", name, advice.text);
    }
  }
  const std::vector<std::string> names = PlanTopologies();
  const bool known =
      std::ranges::any_of(names, [&](const std::string& each) { return Stem(each) == Stem(name); });
  if (!known || name == "edges") {
    return InvalidArgument("'{}' is no topology: expected one of {}{}", name,
                           fmt::join(names, ", "), Suggestion(name, names));
  }
  ASSIGN_OR_RETURN(const topology::Network network, topology::MakeNetwork(name, n));
  if (!network.graph) return InvalidArgument("'{}' is not made of links", name);
  return *network.graph;
}

StatusOr<topology::Graph> TopologyOfRemaining(std::string_view name, int n) {
  auto graph = TopologyOf(name, n);
  if (graph.ok() || name.find(':') == name.npos) return graph;
  return Stem(name) == "torus" ? topology::Torus(n) : topology::FullyConnected(n);
}

void ReadTopology(TomlTable& table, const std::vector<std::string>& sites, SchedulePlan& schedule) {
  schedule.topology = table.Text("topology").value_or(schedule.topology);
  bool read_all = true;
  for (TomlTable& table_of_edge : table.Tables("edge")) {
    const auto edge = ReadEdge(table_of_edge, sites);
    if (edge) schedule.edges.push_back(*edge);
    read_all = read_all && edge;
  }
  if (!read_all) return;
  if ((schedule.topology == "edges") != !schedule.edges.empty()) {
    return table.Complain(
        "topology = \"edges\" goes with [[schedule.edge]] tables, and they with "
        "it");
  }
  if (schedule.topology == "edges") return CheckEdges(table, sites, schedule);
  if (sites.empty()) return;
  const auto graph = TopologyOf(schedule.topology, static_cast<int>(sites.size()));
  if (!graph.ok()) table.ComplainAt("topology", std::string(graph.status().message()));
}

}  // namespace consilium::federation
