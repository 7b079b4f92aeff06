#include "modules/metrics/disagreement.h"

#include <cmath>

#include "gmock/gmock.h"
#include "modules/metrics/rank_correlation.h"
#include "tests/modules/metrics/binary.h"

namespace consilium::metrics {
namespace {

using ::testing::DoubleNear;
using ::testing::Eq;
using ::testing::Optional;

TEST(ChurnTest, IsTheShareDecidedDifferently) {
  const Binary a({.9f, .6f, .2f}, {1, 0, -1}), b({.8f, .4f, .1f}, {1, 0, -1});
  EXPECT_THAT(Churn(a, b), Optional(DoubleNear(1.0 / 3, 1e-12)));
  EXPECT_THAT(Churn(a, a), Optional(0.0));
}

TEST(ChurnTest, IsUndefinedForOtherPatients) {
  EXPECT_THAT(Churn(Binary({.9f}, {1}), Binary({.9f, .8f}, {1, 1})), Eq(std::nullopt));
  EXPECT_THAT(Churn(Binary({}, {}), Binary({}, {})), Eq(std::nullopt));
}

TEST(JensenShannonTest, IsZeroForEqualsAndLnTwoForOpposites) {
  const Binary certain({1, 0}, {0, 0}), opposite({0, 1}, {0, 0});
  EXPECT_THAT(JensenShannonDivergence(certain, certain), Optional(0.0));
  EXPECT_THAT(JensenShannonDivergence(certain, opposite),
              Optional(DoubleNear(std::log(2.0), 1e-12)));
}

TEST(JensenShannonTest, IsTheMeanDivergenceFromTheMiddle) {
  const double half = .5 * (.25 * std::log(.25 / .5) + .75 * std::log(.75 / .5)) * 2;
  EXPECT_THAT(JensenShannonDivergence(Binary({.25f}, {0}), Binary({.75f}, {0})),
              Optional(DoubleNear(half, 1e-12)));
}

TEST(SpearmanTest, IsPearsonOfMidranks) {
  const std::vector<double> a = {1, 2, 3, 4}, b = {10, 100, 1000, 10000}, c = {2, 1, 1, 0};
  EXPECT_THAT(SpearmanCorrelation(a, b), Optional(DoubleNear(1, 1e-12)));
  EXPECT_THAT(SpearmanCorrelation(a, c), Optional(DoubleNear(-4.5 / std::sqrt(5 * 4.5), 1e-12)));
}

TEST(SpearmanTest, IsUndefinedWithoutVariation) {
  const std::vector<double> a = {1, 2}, same = {3, 3}, nan = {1, std::nan("")}, one = {1};
  EXPECT_THAT(SpearmanCorrelation(a, same), Eq(std::nullopt));
  EXPECT_THAT(SpearmanCorrelation(a, nan), Eq(std::nullopt));
  EXPECT_THAT(SpearmanCorrelation(a, one), Eq(std::nullopt));
  EXPECT_THAT(SpearmanCorrelation(one, one), Eq(std::nullopt));
}

}  // namespace
}  // namespace consilium::metrics
