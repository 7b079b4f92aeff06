#include "modules/topology/generators.h"

#include <set>

#include "gmock/gmock.h"
#include "modules/topology/distances.h"
#include "modules/topology/random_graphs.h"
#include "modules/topology/spanning_tree.h"
#include "tests/support/matchers.h"

namespace consilium::topology {
namespace {

using ::consilium::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(GeneratorsTest, TheTorusWrapsWithinItsOwnRow) {
  const Graph torus = *Torus(std::vector<int>{4, 3});  // site = column + 4 row
  EXPECT_THAT(torus.Neighbors(0), ElementsAre(1, 3, 4, 8));
  EXPECT_THAT(torus.Neighbors(7), ElementsAre(3, 4, 6, 11));
}

TEST(GeneratorsTest, ATorusOfTwoRowsHasThreeNeighborsASite) {
  const Graph torus = *Torus(std::vector<int>{16, 2});
  for (int site = 0; site < 32; ++site) EXPECT_EQ(torus.Degree(site), 3);
}

TEST(GeneratorsTest, TheDefaultTorusIsAsSquareAsItCanBe) {
  EXPECT_EQ(*Torus(32), *Torus(std::vector<int>{8, 4}));
  EXPECT_EQ(*Torus(7), *Ring(7));
  EXPECT_EQ(*Torus(std::vector<int>{2, 2, 2, 2}), *Hypercube(16));
  EXPECT_THAT(Torus(std::vector<int>{3, 0}), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(Torus(std::vector<int>{}), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(Torus(std::vector<int>(20, 1000)), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(Torus(0), StatusIs(StatusCode::kInvalidArgument));
}

TEST(GeneratorsTest, AHypercubeOfAnySizeIsConnectedInFewHops) {
  EXPECT_THAT(Hypercube(8)->Neighbors(5), ElementsAre(1, 4, 7));
  for (int n = 1; n <= 64; ++n) {
    EXPECT_TRUE(IsConnected(*Hypercube(n)));
    EXPECT_LE(Diameter(*Hypercube(n)), 6);
  }
}

TEST(GeneratorsTest, TwoCliquesAreJoinedByOneEdge) {
  const Graph graph = *TwoCliques(7);
  EXPECT_EQ(graph.Edges().size(), 6U + 3U + 1U);
  EXPECT_TRUE(graph.HasEdge(0, 4));
}

TEST(GeneratorsTest, TreesOfADegreeKeepToIt) {
  for (int degree = 2; degree <= 6; ++degree) {
    for (int n = 1; n <= 40; ++n) {
      const Graph tree = *TreeOfDegree(n, degree);
      EXPECT_TRUE(IsTree(tree));
      for (int site = 0; site < n; ++site) EXPECT_LE(tree.Degree(site), degree);
    }
  }
  EXPECT_LT(MeanHopDistance(*TreeOfDegree(32, 3)), MeanHopDistance(*BinaryTree(32)));
  EXPECT_THAT(TreeOfDegree(3, 1), StatusIs(StatusCode::kInvalidArgument, HasSubstr("2")));
}

TEST(GeneratorsTest, LeavesOfOneBinaryTreeCarryTheOther) {
  const TreePair pair = *DoubleBinaryTrees(16);
  EXPECT_TRUE(IsTree(pair.first));
  EXPECT_TRUE(IsTree(pair.second));
  for (int site = 0; site < 16; ++site) {
    EXPECT_EQ(pair.first.Degree(site), pair.second.Degree(15 - site));
    EXPECT_LE(pair.first.Degree(site) + pair.second.Degree(site), 4);
  }
}

TEST(RandomGraphsTest, AreConnectedAndTheSameForTheSameSeed) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed), again(seed);
    const GeometricGraph geometric = *RandomGeometric(30, 0, random);
    EXPECT_TRUE(IsConnected(geometric.graph));
    EXPECT_EQ(geometric.lengths.size(), geometric.graph.Edges().size());
    EXPECT_EQ(geometric.graph, RandomGeometric(30, 0, again)->graph);
    const Graph small = *SmallWorld(30, 4, 0.3, random);
    EXPECT_TRUE(IsConnected(small));
    EXPECT_LE(small.Edges().size(), 60U);
  }
  Random random(1);
  EXPECT_EQ(SmallWorld(30, 4, 0, random)->Degree(7), 4);
  EXPECT_THAT(SmallWorld(30, 1, 0, random), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(SmallWorld(30, 4, 1.5, random), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(RandomGeometric(30, -1, random), StatusIs(StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace consilium::topology
