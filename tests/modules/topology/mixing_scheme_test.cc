#include "modules/topology/mixing_scheme.h"

#include <limits>

#include "gmock/gmock.h"
#include "modules/topology/generators.h"
#include "modules/topology/mixing.h"
#include "tests/support/matchers.h"

namespace consilium::topology {
namespace {

using ::consilium::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(SparseMixingTest, RefusesWhatIsNoAveraging) {
  EXPECT_THAT(SparseMixing::Create({}),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("0 sites")));
  EXPECT_THAT(SparseMixing::Create({{{0, 0.5}}}),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("sum to 0.5")));
  EXPECT_THAT(SparseMixing::Create({{{1, 1.0}}}),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("0 to 0")));
  EXPECT_THAT(SparseMixing::Create({{{0, 2}, {1, -1}}, {{1, 1}}}),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("share -1")));
  EXPECT_THAT(SparseMixing::Create({{{0, std::numeric_limits<double>::quiet_NaN()}}}),
              StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(SparseMixing::Create({{{0, 0.5}, {0, 0.5}}}),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("two shares")));
  EXPECT_THAT(MixingScheme::Create({}), StatusIs(StatusCode::kInvalidArgument));
}

TEST(SparseMixingTest, KnowsItsSymmetries) {
  EXPECT_TRUE(MetropolisScheme(*Ring(8))->Phase(0).IsCirculant());
  EXPECT_TRUE(MetropolisScheme(*Ring(8))->Phase(0).IsSymmetric());
  EXPECT_TRUE(MetropolisScheme(*Star(8))->Phase(0).IsSymmetric());
  EXPECT_FALSE(MetropolisScheme(*Star(8))->Phase(0).IsCirculant());
  EXPECT_FALSE(UniRing(8)->Phase(0).IsSymmetric());
  EXPECT_TRUE(UniRing(8)->Phase(0).IsCirculant());
  EXPECT_TRUE(MetropolisScheme(*Solo(5))->Phase(0).IsIdentity());
  EXPECT_FALSE(UniRing(5)->Phase(0).IsIdentity());
  EXPECT_FALSE(SparseMixing::Create({{{0, 1}}, {{0, 1}}})->IsDoublyStochastic());
}

TEST(MixingSchemeTest, MetropolisIsTheDenseMatrix) {
  const Graph graph = *BinaryTree(9);
  const std::vector<double> dense = MetropolisMatrix(graph);
  const MixingScheme scheme = *MetropolisScheme(graph);
  for (int i = 0; i < 9; ++i) {
    for (const Share& share : scheme.Phase(0).Row(i)) {
      EXPECT_DOUBLE_EQ(share.weight, dense[static_cast<size_t>(i * 9 + share.from)]);
    }
  }
}

TEST(MixingSchemeTest, TheExponentialGraphHearsFromPowersOfTwoBefore) {
  const MixingScheme scheme = *Exponential(8);
  EXPECT_EQ(scheme.period(), 3);
  EXPECT_THAT(scheme.Phase(0).Row(0), ElementsAre(Share{0, 0.5}, Share{7, 0.5}));
  EXPECT_THAT(scheme.Phase(5).Row(5), ElementsAre(Share{1, 0.5}, Share{5, 0.5}));
}

TEST(MixingSchemeTest, EverySchemeKeepsTheMeanForEverySize) {
  for (const NamedScheme& named : SpecialSchemes()) {
    for (int n = 1; n <= 17; ++n) {
      const StatusOr<MixingScheme> scheme = named.make(n);
      ASSERT_TRUE(scheme.ok()) << named.name << " of " << n;
      for (const SparseMixing& phase : scheme->phases()) {
        EXPECT_TRUE(phase.IsDoublyStochastic()) << named.name << " of " << n;
        EXPECT_TRUE(phase.IsCirculant()) << named.name << " of " << n;
      }
    }
    EXPECT_THAT(named.make(0), StatusIs(StatusCode::kInvalidArgument));
  }
}

TEST(MixingSchemeTest, LocalStepsMixInTheLastStepOnly) {
  const MixingScheme scheme = *LocalSteps(*MetropolisScheme(*Star(4)), 3);
  EXPECT_EQ(scheme.period(), 3);
  EXPECT_TRUE(scheme.Phase(0).IsIdentity());
  EXPECT_TRUE(scheme.Phase(1).IsIdentity());
  EXPECT_EQ(scheme.Phase(2), MetropolisScheme(*Star(4))->Phase(0));
  EXPECT_THAT(LocalSteps(scheme, 0), StatusIs(StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace consilium::topology
