#include "modules/topology/diffusion.h"

#include <algorithm>
#include <vector>

#include "base/random.h"
#include "gmock/gmock.h"
#include "modules/topology/generators.h"
#include "modules/topology/mixing.h"

namespace consilium::topology {
namespace {

std::vector<double> Equal(int n) { return std::vector<double>(static_cast<size_t>(n), 1.0); }

TEST(FastestDiffusionTest, IsThePapersConstantOnARingOfEight) {
  EXPECT_NEAR(FastestDiffusion(*Ring(8), Equal(8)), 1.308, 5e-4);
}

TEST(FastestDiffusionTest, NeedsOneStepWhereEverybodyIsJoined) {
  for (const int n : {1, 2, 5, 9})
    EXPECT_NEAR(FastestDiffusion(*FullyConnected(n), Equal(n)), 1, 1e-12) << n;
}

constexpr int kManySteps = 5000;

// Steps until all but agree, with shares times `diffusion`.
int StepsToAgree(const Graph& graph, const std::vector<double>& weights, double diffusion) {
  const size_t n = static_cast<size_t>(graph.size());
  const std::vector<double> mixing = MixingMatrix(graph, weights);
  Random random(5);  // a bit of every mode
  std::vector<double> x;
  for (size_t i = 0; i < n; ++i) x.push_back(random.Normal());
  for (int step = 0; step < kManySteps; ++step) {
    if (*std::ranges::max_element(x) - *std::ranges::min_element(x) < 1e-12) return step;
    std::vector<double> next = x;
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) next[i] += diffusion * mixing[i * n + j] * (x[j] - x[i]);
    }
    x = next;
  }
  return kManySteps;
}

TEST(FastestDiffusionTest, IsOneWhereNobodySharesTheModule) {
  EXPECT_EQ(FastestDiffusion(*Chain(3), std::vector<double>{1, 0, 2}), 1);
}

class DiffusionTest : public ::testing::TestWithParam<std::vector<double>> {};

TEST_P(DiffusionTest, BeatsALittleMoreAndALittleLess) {
  const std::vector<double>& weights = GetParam();
  for (const NamedTopology& topology : AllTopologies()) {
    const StatusOr<Graph> graph = topology.make(8);
    ASSERT_TRUE(graph.ok()) << topology.name;
    const double best = FastestDiffusion(*graph, weights);
    const int steps = StepsToAgree(*graph, weights, best);
    EXPECT_LT(steps, kManySteps) << topology.name;
    // But for the modes' sizes in the beginning.
    const int slack = 2 + steps / 20;
    EXPECT_LE(steps - slack, StepsToAgree(*graph, weights, 0.9 * best)) << topology.name;
    EXPECT_LE(steps - slack, StepsToAgree(*graph, weights, 1.1 * best)) << topology.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Weights, DiffusionTest,
                         ::testing::Values(Equal(8), std::vector<double>{1, 2, 5, 1, 9, 3, 1, 4}));

}  // namespace
}  // namespace consilium::topology
