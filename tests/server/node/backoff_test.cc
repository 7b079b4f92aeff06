#include "server/node/backoff.h"

#include "gtest/gtest.h"

namespace consilium::node {
namespace {

TEST(BackoffTest, GrowsFromFiftyMillisecondsToTheLongest) {
  Backoff backoff(Seconds(20), 1);
  double expected = 0.05;
  for (int attempt = 0; attempt < 40; ++attempt) {
    const double pause = ToSeconds(backoff.Next());
    EXPECT_LE(pause, expected + 1e-9) << attempt;
    EXPECT_GE(pause, expected / 2 - 1e-9) << attempt;
    expected = std::min(expected * 2, 20.0);
  }
}

TEST(BackoffTest, BeginsAnewAfterSuccess) {
  Backoff backoff(Seconds(20), 1);
  for (int attempt = 0; attempt < 10; ++attempt) backoff.Next();
  backoff.Reset();
  EXPECT_LE(ToSeconds(backoff.Next()), 0.05);
}

}  // namespace
}  // namespace consilium::node
