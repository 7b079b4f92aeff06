#include "lab/experiments/gossip_runs.h"

#include <cmath>

#include "gmock/gmock.h"
#include "modules/topology/network.h"

namespace consilium::experiments {
namespace {

// A site alone: 1 - rate = (1 - eta)^2 + (zeta - 1) eta^2.
TEST(GossipRunsTest, ASiteAloneFallsAsTheClosedFormSays) {
  const QuadraticRun run{.dimension = 10, .repetitions = 2000, .learning_rate = 0.05};
  const double zeta = 12, expected = 1 - 0.95 * 0.95 - (zeta - 1) * 0.05 * 0.05;
  EXPECT_NEAR(MeasuredRate(topology::MakeNetwork("solo", 1)->scheme, run, Random(1)), expected,
              0.005);
}

TEST(GossipRunsTest, TellsDivergenceByARateBelowZero) {
  const QuadraticRun run{.dimension = 10, .repetitions = 200, .learning_rate = 1};
  EXPECT_LT(MeasuredRate(topology::MakeNetwork("ring", 4)->scheme, run, Random(1)), 0);
}

TEST(GossipRunsTest, SitesThatAverageLearnMoreThanSitesAlone) {
  SoftmaxTask task{.inputs = 5, .classes = 3, .train = 300, .steps = 60};
  const double alone = SoftmaxLoss(task, topology::MakeNetwork("solo", 8)->scheme, 0.2, 1);
  const double together =
      SoftmaxLoss(task, topology::MakeNetwork("fully_connected", 8)->scheme, 0.2, 1);
  EXPECT_LT(together, alone);
  EXPECT_LT(together, std::log(3));
  task.sorted = true;
  EXPECT_GT(SoftmaxLoss(task, topology::MakeNetwork("solo", 8)->scheme, 0.2, 1), alone);
}

}  // namespace
}  // namespace consilium::experiments
