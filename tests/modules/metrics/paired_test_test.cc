#include "modules/metrics/paired_test.h"

#include <cmath>
#include <limits>

#include "gmock/gmock.h"

namespace consilium::metrics {
namespace {

using ::testing::DoubleNear;
using ::testing::Eq;
using ::testing::Optional;

TEST(StudentTest, AgreesWithTheTables) {
  EXPECT_THAT(StudentTwoSided(12.706204736, 1), Optional(DoubleNear(.05, 1e-8)));
  EXPECT_THAT(StudentTwoSided(4.302652730, 2), Optional(DoubleNear(.05, 1e-8)));
  EXPECT_THAT(StudentTwoSided(2.570581836, 5), Optional(DoubleNear(.05, 1e-8)));
  EXPECT_THAT(StudentTwoSided(-4.032142984, 5), Optional(DoubleNear(.01, 1e-8)));
  EXPECT_THAT(StudentTwoSided(2.228138852, 10), Optional(DoubleNear(.05, 1e-8)));
  EXPECT_THAT(StudentTwoSided(0, 5), Optional(1.0));
  EXPECT_THAT(StudentTwoSided(std::numeric_limits<double>::infinity(), 5),
              Optional(DoubleNear(0, 1e-12)));
}

TEST(StudentTest, IsUndefinedWithoutFreedom) {
  EXPECT_THAT(StudentTwoSided(1, 0), Eq(std::nullopt));
  EXPECT_THAT(StudentTwoSided(std::nan(""), 5), Eq(std::nullopt));
}

TEST(FiveByTwoTest, DividesTheFirstDifferenceByTheSpreadOfAll) {
  // Every repetition: mean .02, s^2 = 2 * .01^2; t = .03 / sqrt(2e-4).
  const auto test = FiveByTwoTest({{{.03, .01}, {.03, .01}, {.01, .03}, {.03, .01}, {.01, .03}}});
  ASSERT_TRUE(test.has_value());
  EXPECT_THAT(test->t, DoubleNear(.03 / std::sqrt(2e-4), 1e-12));
  EXPECT_THAT(test->p, DoubleNear(*StudentTwoSided(test->t, 5), 1e-15));
}

TEST(FiveByTwoTest, IsUndefinedIfNothingVaries) {
  EXPECT_FALSE(FiveByTwoTest({}).has_value());
  EXPECT_FALSE(FiveByTwoTest({{{std::nan(""), 1}, {2, 3}}}).has_value());
}

}  // namespace
}  // namespace consilium::metrics
