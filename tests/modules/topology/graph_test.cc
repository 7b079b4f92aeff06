#include "modules/topology/graph.h"

#include <numeric>

#include "gmock/gmock.h"
#include "modules/topology/distances.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"

namespace consilium::topology {
namespace {

using ::consilium::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(GraphTest, ListsNeighborsAndEdgesInAscendingOrder) {
  const StatusOr<Graph> graph = Graph::Create(4, {{3, 1}, {1, 0}, {2, 1}});
  ASSERT_TRUE(graph.ok());
  EXPECT_THAT(graph->Neighbors(1), ElementsAre(0, 2, 3));
  EXPECT_THAT(graph->Edges(), ElementsAre(Edge{0, 1}, Edge{1, 2}, Edge{1, 3}));
  EXPECT_TRUE(graph->HasEdge(1, 3));
  EXPECT_FALSE(graph->HasEdge(0, 3));
}

TEST(GraphTest, RefusesEdgesThatAreNone) {
  EXPECT_THAT(Graph::Create(0, {}),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("at least 1")));
  EXPECT_THAT(Graph::Create(3, {{0, 3}}),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("0 to 2")));
  EXPECT_THAT(Graph::Create(3, {{1, 1}}),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("itself")));
  EXPECT_THAT(Graph::Create(3, {{0, 1}, {1, 0}}),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("twice")));
}

TEST(GeneratorsTest, TheBinaryTreeJoinsSitesToTheirHalf) {
  EXPECT_THAT(BinaryTree(6)->Edges(),
              ElementsAre(Edge{0, 1}, Edge{1, 2}, Edge{1, 3}, Edge{2, 4}, Edge{2, 5}));
}

TEST(GeneratorsTest, UnknownNamesAreAnsweredWithTheKnownOnes) {
  EXPECT_THAT(MakeTopology("torus9", 4),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("binary_tree")));
  EXPECT_EQ(MakeTopology("star", 5)->Degree(0), 4);
  EXPECT_THAT(MakeTopology("star", 0), StatusIs(StatusCode::kInvalidArgument));
}

// docs/papers.md, RelaySum learning rate: kappa = mean hop distance + 1/n for n = 4, 8, 16, 32.
TEST(DistancesTest, TheLearningRateFactorIsThePapers) {
  EXPECT_NEAR(RelayLearningRateFactor(*Chain(4)), 1.50, 0.005);
  EXPECT_NEAR(RelayLearningRateFactor(*Chain(32)), 10.69, 0.005);
  EXPECT_NEAR(RelayLearningRateFactor(*BinaryTree(8)), 2.156, 0.0005);
  EXPECT_NEAR(RelayLearningRateFactor(*BinaryTree(32)), 4.783, 0.0005);
  EXPECT_NEAR(RelayLearningRateFactor(*Star(16)), 1.820, 0.0005);
}

TEST(DistancesTest, HopSumsAreThoseOfASearchFromEachSite) {
  Random random(1);
  for (const Graph& graph : {*Chain(1), *RandomTree(2, random), *RandomTree(40, random),
                             *RandomTree(41, random), *Ring(12), *Torus(24)}) {
    std::vector<long> sums;
    for (int site = 0; site < graph.size(); ++site) {
      const std::vector<int> hops = HopsFrom(graph, site);
      sums.push_back(std::accumulate(hops.begin(), hops.end(), 0L));
    }
    EXPECT_EQ(HopSums(graph), sums) << graph.size() << " sites";
  }
}

TEST(DistancesTest, TreesAreConnectedWithoutCycles) {
  EXPECT_TRUE(IsTree(*Chain(5)));
  EXPECT_TRUE(IsTree(*Chain(1)));
  EXPECT_FALSE(IsTree(*Ring(5)));
  EXPECT_FALSE(IsTree(*Graph::Create(4, {{0, 1}, {1, 2}, {0, 2}})));  // a cycle and a lone site
  EXPECT_EQ(Diameter(*Chain(5)), 4);
  EXPECT_EQ(Diameter(*Ring(6)), 3);
}

}  // namespace
}  // namespace consilium::topology
