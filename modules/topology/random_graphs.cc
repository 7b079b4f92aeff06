#include "modules/topology/random_graphs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace consilium::topology {
namespace {

struct Place {
  double x, y;
};

double Distance(const Place& a, const Place& b) { return std::hypot(a.x - b.x, a.y - b.y); }

// The longest edge of a minimum spanning tree (Prim 1957): no smaller radius connects all.
double ConnectingRadius(const std::vector<Place>& places) {
  std::vector<double> nearest(places.size(), std::numeric_limits<double>::infinity());
  std::vector<char> joined(places.size(), 0);
  nearest[0] = 0;
  double longest = 0;
  for (size_t step = 0; step < places.size(); ++step) {
    size_t next = places.size();
    for (size_t i = 0; i < places.size(); ++i) {
      if (!joined[i] && (next == places.size() || nearest[i] < nearest[next])) next = i;
    }
    joined[next] = 1;
    longest = std::max(longest, nearest[next]);
    for (size_t i = 0; i < places.size(); ++i) {
      nearest[i] = std::min(nearest[i], Distance(places[i], places[next]));
    }
  }
  return longest;
}

}  // namespace

StatusOr<GeometricGraph> RandomGeometric(int n, double radius, Random& random) {
  if (n < 1) return InvalidArgument("a geometric graph of {} sites: at least 1 is needed", n);
  if (!(radius >= 0)) return InvalidArgument("radius {}: it must be 0 or more", radius);
  std::vector<Place> places(static_cast<size_t>(n));
  for (Place& place : places) place = {random.Uniform(), random.Uniform()};
  GeometricGraph made;
  made.radius = std::max(radius, ConnectingRadius(places));
  std::vector<Edge> edges;
  for (size_t a = 0; a < places.size(); ++a) {
    for (size_t b = a + 1; b < places.size(); ++b) {
      const double distance = Distance(places[a], places[b]);
      if (distance > made.radius) continue;
      edges.emplace_back(static_cast<int>(a), static_cast<int>(b));
      made.lengths.push_back(distance);
    }
  }
  ASSIGN_OR_RETURN(made.graph, Graph::Create(n, edges));
  return made;
}

StatusOr<Graph> SmallWorld(int n, int links, double rewired, Random& random) {
  if (links < 2) return InvalidArgument("{} links a site: a small world needs 2 or more", links);
  if (!(rewired >= 0 && rewired <= 1)) {
    return InvalidArgument("share {} of edges rewired: expected 0 to 1", rewired);
  }
  std::set<Edge> edges;
  const auto add = [&edges](int a, int b) {
    return a != b && edges.emplace(std::min(a, b), std::max(a, b)).second;
  };
  for (int i = 0; i < n; ++i) add(i, (i + 1) % n);
  for (int step = 2; step <= links / 2; ++step) {
    for (int i = 0; i < n; ++i) {
      const bool moves = random.Uniform() < rewired;
      const int far = static_cast<int>(random.Below(static_cast<uint64_t>(n)));
      if (!moves || !add(i, far)) add(i, (i + step) % n);
    }
  }
  return Graph::Create(n, {edges.begin(), edges.end()});
}

}  // namespace consilium::topology
