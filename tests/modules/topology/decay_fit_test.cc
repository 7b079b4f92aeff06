#include "modules/topology/decay_fit.h"

#include <limits>

#include "gmock/gmock.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"

namespace consilium::topology {
namespace {

using ::consilium::testing::StatusIs;

std::vector<RandomWalk> Walks() {
  std::vector<RandomWalk> walks;
  for (const NamedTopology& topology : AllTopologies()) {
    walks.emplace_back(*MetropolisScheme(*topology.make(32)));
  }
  return walks;
}

TEST(DecayFitTest, FindsTheDecayThatMadeTheResults) {
  const std::vector<RandomWalk> walks = Walks();
  for (const double decay : {0.5, 0.9, 0.951, 0.99}) {
    std::vector<SchemeResult> results;
    for (const RandomWalk& walk : walks) {
      results.push_back({&walk, 3 + 0.5 * std::log(walk.MeanVariance(decay))});
    }
    const DecayFit fit = *FitDecay(results);
    EXPECT_NEAR(fit.decay, decay, 0.03 * (1 - decay));
    EXPECT_NEAR(fit.explained, 1, 1e-9);
  }
}

TEST(DecayFitTest, RefusesWhatCannotBeFitted) {
  const std::vector<RandomWalk> walks = Walks();
  EXPECT_THAT(FitDecay(std::vector<SchemeResult>{{&walks[0], 1}, {&walks[1], 2}}),
              StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(FitDecay(std::vector<SchemeResult>{{&walks[0], 1}, {&walks[1], 1}, {&walks[2], 1}}),
              StatusIs(StatusCode::kInvalidArgument));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(FitDecay(std::vector<SchemeResult>{{&walks[0], 1}, {&walks[1], nan}, {&walks[2], 1}}),
              StatusIs(StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace consilium::topology
