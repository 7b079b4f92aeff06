#include "modules/topology/mixing.h"

#include <numeric>

#include "gmock/gmock.h"
#include "modules/topology/generators.h"

namespace consilium::topology {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Pointwise;

TEST(MixingTest, MetropolisOnAChainIsTheReferenceMatrix) {
  const double third = 1.0 / 3;
  EXPECT_THAT(MetropolisMatrix(*Chain(3)),
              Pointwise(DoubleNear(1e-15),
                        {2 * third, third, 0., third, third, third, 0., third, 2 * third}));
}

TEST(MixingTest, SitesWithoutTheModuleTakeNoPart) {
  const std::vector<double> weights = {1, 0, 1, 1};
  EXPECT_THAT(MixingShares(*Star(4), weights, 1), ElementsAre(0));
  EXPECT_THAT(MixingShares(*Star(4), weights, 0), ElementsAre(0, 1.0 / 3, 1.0 / 3));
}

TEST(MixingTest, TheFlowOnAnEdgeIsTheSameBothWays) {
  const std::vector<double> weights = {300, 20, 5};
  const std::vector<double> matrix = MixingMatrix(*Chain(3), weights);
  EXPECT_DOUBLE_EQ(weights[0] * matrix[1], weights[1] * matrix[3]);
  EXPECT_DOUBLE_EQ(weights[1] * matrix[5], weights[2] * matrix[7]);
  for (const double entry : matrix) EXPECT_GE(entry, 0);
}

}  // namespace
}  // namespace consilium::topology
