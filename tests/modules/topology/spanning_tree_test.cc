#include "modules/topology/spanning_tree.h"

#include "gmock/gmock.h"
#include "modules/topology/distances.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"

namespace consilium {
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
}  // namespace consilium
