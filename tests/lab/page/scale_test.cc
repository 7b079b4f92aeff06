#include "lab/page/scale.h"

#include <cmath>
#include <limits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium::page {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> TextsOf(const Scale& scale) {
  std::vector<std::string> texts;
  for (const Tick& tick : scale.ticks()) texts.push_back(tick.text);
  return texts;
}

TEST(ScaleTest, ChoosesRoundTicksThatCoverTheValues) {
  const Scale scale({}, {0.713, 0.842}, 0, 100);
  EXPECT_THAT(TextsOf(scale), ElementsAre("0.70", "0.75", "0.80", "0.85"));
  EXPECT_NEAR(scale.At(0.70), 0, 1e-9);
  EXPECT_NEAR(scale.At(0.85), 100, 1e-9);
}

TEST(ScaleTest, KeepsTheEndsThatTheAxisNames) {
  const Scale scale({"", false, 0.0, 1.0}, {0.2, 3}, 0, 10);
  EXPECT_THAT(TextsOf(scale), ElementsAre("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"));
  EXPECT_FALSE(scale.Inside(3));
}

TEST(ScaleTest, CountsDecadesOnALogarithmicAxis) {
  const Scale wide({"", true, {}, {}}, {1e-6, 1}, 0, 1);
  EXPECT_THAT(TextsOf(wide), ElementsAre("10⁻⁶", "10⁻⁵", "10⁻⁴", "0.001", "0.01", "0.1", "1"));
  const Scale narrow({"", true, {}, {}}, {1, 40}, 0, 1);
  EXPECT_THAT(TextsOf(narrow), ElementsAre("1", "2", "5", "10", "20"));
  EXPECT_FALSE(narrow.Shows(0));
}

TEST(ScaleTest, StandsNumbersThatAreNone) {
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  for (const bool logarithmic : {false, true}) {
    for (const std::vector<double>& values :
         {std::vector<double>{}, {nan, infinity, -infinity}, {0}, {-5}, {7, 7}, {1e300, -1e300}}) {
      const Scale scale({"", logarithmic, {}, {}}, values, 0, 1);
      EXPECT_LT(scale.ticks().size(), 30U);
      EXPECT_FALSE(scale.ticks().empty());
      EXPECT_TRUE(std::isfinite(scale.At(1)));
    }
  }
}

TEST(ScaleTest, WritesNumbersAsPrinted) {
  EXPECT_EQ(NumberText(1234567, 0), "1 234 567");
  EXPECT_EQ(NumberText(1234, 0), "1234");
  EXPECT_EQ(NumberText(12345.5, 1), "12 345.5");
  EXPECT_EQ(NumberText(-0.25, 2), "−0.25");
  EXPECT_EQ(NumberText(-0.001, 2), "0.00");
}

}  // namespace
}  // namespace consilium::page
