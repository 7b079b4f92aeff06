#include <string>

#include "gmock/gmock.h"
#include "modules/topology/distances.h"
#include "modules/topology/generators.h"
#include "modules/topology/mixing.h"
#include "modules/topology/spanning_tree.h"
#include "tests/support/random_values.h"

// Over all topologies by name, sizes 1 to 17.
namespace consilium {
namespace {

class MixingPropertyTest : public ::testing::TestWithParam<topology::NamedTopology> {};

TEST_P(MixingPropertyTest, MetropolisIsSymmetricAndDoublyStochastic) {
  for (int n = 1; n <= 17; ++n) {
    const topology::Graph graph = *GetParam().make(n);
    ASSERT_TRUE(topology::IsConnected(graph));
    const std::vector<double> matrix = topology::MetropolisMatrix(graph);
    const auto size = static_cast<size_t>(n);
    for (size_t i = 0; i < size; ++i) {
      double row = 0;
      for (size_t j = 0; j < size; ++j) {
        EXPECT_EQ(matrix[i * size + j], matrix[j * size + i]);
        EXPECT_GE(matrix[i * size + j], 0);
        row += matrix[i * size + j];
      }
      EXPECT_NEAR(row, 1, 1e-14);
    }
  }
}

TEST_P(MixingPropertyTest, WeightedMixingKeepsTheWeightedMeanOfRandomHolders) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const int n = 1 + static_cast<int>(random.Below(16));
    const topology::Graph graph = *GetParam().make(n);
    const auto size = static_cast<size_t>(n);
    std::vector<double> weights;
    for (const auto& row : testing::RandomWeights(n, 1, random)) weights.push_back(row[0]);
    const std::vector<double> matrix = topology::MixingMatrix(graph, weights);
    for (size_t j = 0; j < size; ++j) {  // w' W = w'
      double column = 0, row = 0;
      for (size_t i = 0; i < size; ++i) {
        column += weights[i] * matrix[i * size + j];
        row += matrix[j * size + i];
        EXPECT_GE(matrix[i * size + j], -1e-15);
      }
      EXPECT_NEAR(column, weights[j], 1e-10);
      EXPECT_NEAR(row, 1, 1e-14);
    }
  }
}

TEST_P(MixingPropertyTest, SpanningTreesReachEverySiteOverEdgesOfTheGraph) {
  for (int n = 1; n <= 17; ++n) {
    const topology::Graph graph = *GetParam().make(n);
    const topology::Graph tree = *topology::SpanningTree(graph);
    EXPECT_TRUE(topology::IsTree(tree));
    for (const auto& [a, b] : tree.Edges()) EXPECT_TRUE(graph.HasEdge(a, b));
  }
}

INSTANTIATE_TEST_SUITE_P(AllTopologies, MixingPropertyTest, ::testing::ValuesIn([] {
                           const auto all = topology::AllTopologies();
                           return std::vector<topology::NamedTopology>(all.begin(), all.end());
                         }()),
                         [](const auto& named) { return std::string(named.param.name); });

}  // namespace
}  // namespace consilium
