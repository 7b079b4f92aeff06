#include "modules/topology/spanning_tree.h"

#include <bit>
#include <limits>

#include "gmock/gmock.h"
#include "modules/topology/distances.h"
#include "modules/topology/generators.h"
#include "modules/topology/random_graphs.h"
#include "tests/support/matchers.h"

namespace consilium::topology {
namespace {

using ::consilium::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(SpanningTreeTest, OfAFullyConnectedGraphIsAStar) {
  EXPECT_EQ(*SpanningTree(*FullyConnected(5)), *Star(5));
}

TEST(SpanningTreeTest, AvoidsSlowEdges) {
  const Graph triangle = *Graph::Create(3, {{0, 1}, {0, 2}, {1, 2}});
  EXPECT_THAT(SpanningTree(triangle, {1, 10, 1})->Edges(), ElementsAre(Edge{0, 1}, Edge{1, 2}));
}

TEST(SpanningTreeTest, IsATreeOfEveryTopology) {
  for (const NamedTopology& topology : AllTopologies()) {
    const Graph tree = *SpanningTree(*topology.make(9));
    EXPECT_TRUE(IsTree(tree)) << topology.name;
  }
}

// FNV-1a of the edges; which tree is taken decides in which order models are summed.
uint64_t HashOf(const Graph& tree, uint64_t hash) {
  for (const auto& [a, b] : tree.Edges()) {
    for (const int site : {a, b}) hash = (hash ^ static_cast<uint64_t>(site)) * 0x100000001b3;
  }
  return hash;
}

TEST(SpanningTreeTest, IsTheSameTreeAsEverOfEveryTopology) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const NamedTopology& topology : AllTopologies()) {
    for (const int n : {1, 2, 5, 12, 33, 40}) {
      hash = HashOf(*SpanningTree(*topology.make(n)), hash);
    }
  }
  EXPECT_EQ(hash, 10990629529550094652u);
}

TEST(SpanningTreeTest, IsTheSameTreeAsEverOfMeasuredGraphs) {
  uint64_t hash = 0xcbf29ce484222325;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Random random(seed);
    const GeometricGraph measured = *RandomGeometric(30, 0.3, random);
    hash = HashOf(*SpanningTree(measured.graph, measured.lengths), hash);
    hash = HashOf(*SpanningTree(measured.graph), hash);
    const Graph tree = *RandomTree(30, random);
    std::vector<double> delays;
    for (int i = 1; i < tree.size(); ++i) delays.push_back(0.1 + random.Uniform());
    hash = HashOf(*SpanningTree(tree, delays), hash);
  }
  EXPECT_EQ(hash, 6439454387772639720u);
}

// The smallest mean distance over all spanning trees, by trying all sets of edges.
double SmallestMeanDistance(const Graph& graph, const std::vector<double>& delays) {
  const std::vector<Edge> edges = graph.Edges();
  double smallest = std::numeric_limits<double>::infinity();
  for (unsigned chosen = 0; chosen < 1U << edges.size(); ++chosen) {
    if (std::popcount(chosen) != graph.size() - 1) continue;
    std::vector<Edge> some;
    std::vector<double> lengths;
    for (size_t i = 0; i < edges.size(); ++i) {
      if ((chosen >> i & 1) == 0) continue;
      some.push_back(edges[i]);
      lengths.push_back(delays[i]);
    }
    const Graph tree = *Graph::Create(graph.size(), some);
    if (IsTree(tree)) smallest = std::min(smallest, MeanTreeDistance(tree, lengths));
  }
  return smallest;
}

std::vector<double> DelaysOf(const Graph& tree, const Graph& graph,
                             const std::vector<double>& delays) {
  std::vector<double> some;
  const std::vector<Edge> edges = graph.Edges();
  for (size_t i = 0; i < edges.size(); ++i) {
    if (tree.HasEdge(edges[i].first, edges[i].second)) some.push_back(delays[i]);
  }
  return some;
}

TEST(SpanningTreeTest, IsNearTheBestOfAllTreesOfSmallGraphs) {
  int best = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const GeometricGraph measured = *RandomGeometric(7, 0.5, random);
    if (measured.lengths.size() > 14) continue;
    const Graph tree = *SpanningTree(measured.graph, measured.lengths);
    const double mean = MeanTreeDistance(tree, DelaysOf(tree, measured.graph, measured.lengths));
    const double smallest = SmallestMeanDistance(measured.graph, measured.lengths);
    EXPECT_LE(mean, 1.1 * smallest);
    best += mean < smallest + 1e-12;
  }
  EXPECT_GE(best, 10);
}

TEST(SpanningTreeTest, MeanDistanceIsThatOverAllPairs) {
  EXPECT_NEAR(MeanTreeDistance(*Chain(5)), MeanHopDistance(*Chain(5)), 1e-12);
  EXPECT_NEAR(MeanTreeDistance(*BinaryTree(13)), MeanHopDistance(*BinaryTree(13)), 1e-12);
  EXPECT_NEAR(MeanTreeDistance(*Chain(3), {1, 10}), 2 * (1 + 10 + 11) / 9.0, 1e-12);
}

TEST(SpanningTreeTest, HundredsOfSitesTakeBoundedWork) {
  Random random(1);
  const GeometricGraph measured = *RandomGeometric(500, 0.1, random);
  EXPECT_TRUE(IsTree(*SpanningTree(measured.graph, measured.lengths)));
}

TEST(SpanningTreeTest, RefusesADisconnectedGraphAndWrongDelays) {
  const Graph apart = *Graph::Create(4, {{0, 1}, {2, 3}});
  EXPECT_THAT(SpanningTree(apart), StatusIs(StatusCode::kInvalidArgument, HasSubstr("connected")));
  EXPECT_THAT(SpanningTree(*Chain(3), {1}), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(SpanningTree(*Chain(3), {1, -1}), StatusIs(StatusCode::kInvalidArgument));
}

TEST(RootAtTest, GivesParentAndChildren) {
  const RootedTree tree = *RootAt(*Chain(4), 1);
  EXPECT_THAT(tree.parent, ElementsAre(1, -1, 1, 2));
  EXPECT_THAT(tree.children[1], ElementsAre(0, 2));
  EXPECT_THAT(tree.children[3], IsEmpty());
  EXPECT_EQ(Center(*Chain(5)), 2);
}

TEST(RootAtTest, RefusesWhatIsNoTree) {
  EXPECT_THAT(RootAt(*Ring(4), 0), StatusIs(StatusCode::kInvalidArgument, HasSubstr("tree")));
  EXPECT_THAT(RootAt(*Chain(4), 4), StatusIs(StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace consilium::topology
