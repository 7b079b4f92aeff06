#include "base/random.h"

#include <algorithm>
#include <cmath>

#include "base/portable_math.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

TEST(RandomTest, SameSeedAndNameGiveTheSameStream) {
  Random a = Random::Named(1, "shuffle", 3);
  Random b = Random::Named(1, "shuffle", 3);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.Bits(), b.Bits());
}

TEST(RandomTest, AnotherSeedNameOrIndexGivesAnotherStream) {
  const uint64_t first = Random::Named(1, "shuffle", 3).Bits();
  EXPECT_NE(first, Random::Named(2, "shuffle", 3).Bits());
  EXPECT_NE(first, Random::Named(1, "shuffles", 3).Bits());
  EXPECT_NE(first, Random::Named(1, "shuffle", 4).Bits());
}

TEST(RandomTest, NormalHasMeanZeroAndVarianceOne) {
  Random random(5);
  constexpr int kDraws = 200000;
  double sum = 0, squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.Normal();
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.01);
  EXPECT_NEAR(squares / kDraws, 1, 0.02);
}

TEST(RandomTest, PermutationHoldsEveryNumberOnce) {
  std::vector<int> order = Random(9).Permutation(50);
  std::sort(order.begin(), order.end());
  for (int i = 0; i < 50; ++i) EXPECT_EQ(order[static_cast<size_t>(i)], i);
}

TEST(PortableMathTest, LogAgreesWithTheLibrary) {
  for (const double x : {1e-300, 1e-9, 0.3, 0.999999, 1.0, 1.5, 2.0, 12345.678, 1e300}) {
    EXPECT_NEAR(PortableLog(x), std::log(x), 4e-15 * std::max(1.0, std::fabs(std::log(x)))) << x;
  }
}

TEST(PortableMathTest, ExpAgreesWithTheLibrary) {
  for (double x = -50; x < 50; x += 0.37) {
    EXPECT_NEAR(PortableExp(x) / std::exp(x), 1, 2e-15 * (1 + std::fabs(x))) << x;
  }
  EXPECT_EQ(PortableExp(0), 1);
  EXPECT_TRUE(std::isfinite(PortableExp(1e300)));
}

TEST(PortableMathTest, NormalQuantileHasTheTabulatedValues) {
  EXPECT_DOUBLE_EQ(PortableNormalQuantile(0.5), 0);
  EXPECT_NEAR(PortableNormalQuantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_NEAR(PortableNormalQuantile(1e-10), -6.361340902404056, 1e-13);
}

}  // namespace
}  // namespace consilium
