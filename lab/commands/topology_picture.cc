#include <algorithm>
#include <cmath>
#include <numbers>

#include "lab/commands/topology.h"
#include "lab/page/drawing.h"
#include "modules/topology/distances.h"
#include "modules/topology/spanning_tree.h"

namespace consilium::commands {
namespace {

using page::Place;

constexpr int kMostSites = 400;
constexpr size_t kMostLinks = 6000;
constexpr double kWidth = 720, kHeight = 460, kMargin = 28;

std::vector<Place> OnACircle(int n) {
  std::vector<Place> places;
  for (int i = 0; i < n; ++i) {
    const double angle = 2 * std::numbers::pi * (static_cast<double>(i) / n - 0.25);
    places.push_back({std::cos(angle), std::sin(angle)});
  }
  return places;
}

// A tree around its centre: a site as far out as it is hops away, each branch in a sector as wide
// as it has leaves.
void Fan(const topology::RootedTree& tree, int site, double begin, double end, int depth,
         const std::vector<int>& leaves, std::vector<Place>& places) {
  const double angle = (begin + end) / 2;
  places[static_cast<size_t>(site)] = {depth * std::cos(angle), depth * std::sin(angle)};
  const double width = (end - begin) / std::max(1, leaves[static_cast<size_t>(site)]);
  for (const int child : tree.children[static_cast<size_t>(site)]) {
    const double part = width * leaves[static_cast<size_t>(child)];
    Fan(tree, child, begin, begin + part, depth + 1, leaves, places);
    begin += part;
  }
}

int CountLeaves(const topology::RootedTree& tree, int site, std::vector<int>& leaves) {
  int count = 0;
  for (const int child : tree.children[static_cast<size_t>(site)]) {
    count += CountLeaves(tree, child, leaves);
  }
  return leaves[static_cast<size_t>(site)] = std::max(count, 1);
}

std::vector<Place> AsATree(const topology::Graph& graph) {
  const StatusOr<topology::RootedTree> tree = topology::RootAt(graph, topology::Center(graph));
  if (!tree.ok()) return OnACircle(graph.size());
  std::vector<Place> places(static_cast<size_t>(graph.size()));
  std::vector<int> leaves(places.size());
  CountLeaves(*tree, tree->root, leaves);
  Fan(*tree, tree->root, 0, 2 * std::numbers::pi, 0, leaves, places);
  return places;
}

// Springs along links, repulsion between all (Fruchterman and Reingold 1991), from a circle.
std::vector<Place> BySprings(const topology::Graph& graph) {
  std::vector<Place> places = OnACircle(graph.size());
  const double spring = 1.2 / std::sqrt(static_cast<double>(graph.size()));
  constexpr int kSteps = 150;
  for (int step = 0; step < kSteps; ++step) {
    std::vector<Place> forces(places.size());
    const auto push = [&](size_t a, size_t b, double strength) {
      forces[a].x += (places[a].x - places[b].x) * strength;
      forces[a].y += (places[a].y - places[b].y) * strength;
    };
    for (size_t a = 0; a < places.size(); ++a) {
      for (size_t b = 0; b < places.size(); ++b) {
        if (a == b) continue;
        const double apart =
            std::max(std::hypot(places[a].x - places[b].x, places[a].y - places[b].y), 1e-3);
        push(a, b, spring * spring / (apart * apart));
        if (graph.HasEdge(static_cast<int>(a), static_cast<int>(b))) push(a, b, -apart / spring);
      }
    }
    const double most = 0.15 * (1 - static_cast<double>(step) / kSteps);
    for (size_t a = 0; a < places.size(); ++a) {
      const double force = std::max(std::hypot(forces[a].x, forces[a].y), 1e-9);
      places[a].x += forces[a].x / force * std::min(force, most);
      places[a].y += forces[a].y / force * std::min(force, most);
    }
  }
  return places;
}

// Rings and dense graphs are clearest on a circle.
std::vector<Place> Layout(const topology::Graph& graph) {
  if (topology::IsTree(graph)) return AsATree(graph);
  const size_t n = static_cast<size_t>(graph.size()), links = graph.Edges().size();
  if (!topology::IsConnected(graph) || links == n || links * 3 > n * n)
    return OnACircle(graph.size());
  return BySprings(graph);
}

// Into the picture, with the same scale both ways.
void FitIn(std::vector<Place>& places) {
  double left = 1e9, right = -1e9, top = 1e9, bottom = -1e9;
  for (const Place& place : places) {
    left = std::min(left, place.x), right = std::max(right, place.x);
    top = std::min(top, place.y), bottom = std::max(bottom, place.y);
  }
  const double scale = std::min((kWidth - 2 * kMargin) / std::max(right - left, 1e-6),
                                (kHeight - 2 * kMargin) / std::max(bottom - top, 1e-6));
  for (Place& place : places) {
    place.x = kWidth / 2 + (place.x - (left + right) / 2) * scale;
    place.y = kHeight / 2 + (place.y - (top + bottom) / 2) * scale;
  }
}

struct Sites {
  std::vector<std::string> names, hints;
  std::vector<int> marks;
};

// Links that could be held but are not used; beside those used their delays.
void DrawLinks(const topology::Graph& graph, const topology::LinkList& links,
               const std::vector<Place>& places, page::Drawing& drawing) {
  constexpr size_t kMostDelays = 40;
  const std::vector<topology::Edge> all = links.graph.Edges();
  const bool delays = !links.delays_ms.empty() && graph.Edges().size() <= kMostDelays;
  for (size_t e = 0; e < all.size(); ++e) {
    const Place &a = places[static_cast<size_t>(all[e].first)],
                &b = places[static_cast<size_t>(all[e].second)];
    if (!graph.HasEdge(all[e].first, all[e].second)) {
      drawing.Line(a, b, "none");
    } else if (delays) {
      drawing.Text({(a.x + b.x) / 2, (a.y + b.y) / 2 + 4},
                   fmt::format("{:.4g} ms", links.delays_ms[e]), page::Anchor::kMiddle, "t halo");
    }
  }
}

page::Svg Picture(const topology::Graph& graph, const std::string& title, const Sites& sites,
                  const topology::LinkList* links) {
  std::vector<Place> places = Layout(graph);
  FitIn(places);
  page::Drawing drawing(title, "Sites as marks, links as lines", kWidth);
  const std::vector<topology::Edge> edges = graph.Edges();
  for (const auto& [a, b] : edges) {
    drawing.Line(places[static_cast<size_t>(a)], places[static_cast<size_t>(b)],
                 edges.size() > 200 ? "grid" : "axis");
  }
  if (links != nullptr) DrawLinks(graph, *links, places, drawing);
  for (size_t site = 0; site < places.size(); ++site) {
    drawing.Mark(places[site], sites.marks[site], sites.hints[site]);
    if (graph.size() > 64) continue;
    drawing.Text({places[site].x + 8, places[site].y - 6}, sites.names[site], page::Anchor::kStart,
                 "t halo");
  }
  return drawing.Finish(kHeight);
}

}  // namespace

page::Block PictureOf(const topology::Network& network, const topology::NetworkFacts& facts,
                      size_t decay, const std::vector<std::string>& names,
                      const topology::LinkList* links) {
  const StatusOr<topology::Graph> graph = topology::LinksOf(network);
  if (!graph.ok() || graph->size() > kMostSites || graph->Edges().size() > kMostLinks) {
    return page::Paragraph{fmt::format("{} sites with {} links are too many to draw.", facts.sites,
                                       facts.graph.links)};
  }
  const topology::EffectiveNeighbors& neighbors = facts.neighbors[decay];
  Sites sites;
  for (size_t site = 0; site < neighbors.each.size(); ++site) {
    sites.names.push_back(names.empty() ? fmt::format("{}", site) : names[site]);
    sites.hints.push_back(fmt::format("{}: links {}, effective neighbours {:.2f}",
                                      sites.names.back(), graph->Degree(static_cast<int>(site)),
                                      neighbors.each[site]));
    const bool worst = neighbors.each[site] < neighbors.worst * (1 + 1e-9);
    sites.marks.push_back(worst && neighbors.mean > neighbors.worst * (1 + 1e-6) ? 1 : 0);
  }
  const bool differ = std::find(sites.marks.begin(), sites.marks.end(), 1) != sites.marks.end();
  std::string caption = differ ? "The squares are the sites with the fewest effective neighbours"
                               : "All sites are alike";
  if (links != nullptr) caption += "; dashed: links that could be held but are not used";
  return page::Figure{Picture(*graph, facts.name, sites, links), caption};
}

}  // namespace consilium::commands
