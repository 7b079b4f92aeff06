#include "base/workers.h"

#include <atomic>
#include <numeric>

#include "gtest/gtest.h"

namespace consilium {
namespace {

TEST(WorkersTest, RunEveryTaskOnceAndReturnWhenAllAreDone) {
  for (const int threads : {1, 2, 5}) {
    Workers workers(threads);
    EXPECT_EQ(workers.threads(), threads);
    for (int count = 0; count < 40; ++count) {
      std::vector<int> runs(static_cast<size_t>(count));
      workers.Run(count, [&](int i) { ++runs[static_cast<size_t>(i)]; });
      EXPECT_EQ(runs, std::vector<int>(static_cast<size_t>(count), 1)) << threads << " threads";
    }
  }
}

TEST(WorkersTest, ManyShortJobsInARowLoseNoTask) {
  Workers workers(3);
  std::vector<int64_t> sums(8);
  for (int job = 0; job < 5000; ++job) {
    workers.Run(8, [&](int i) { sums[static_cast<size_t>(i)] += job; });
  }
  EXPECT_EQ(std::accumulate(sums.begin(), sums.end(), int64_t{0}), 8 * int64_t{4999} * 2500);
}

TEST(WorkersTest, JobsOfRisingAndFallingSizeRunEachTaskOnceAndNoOther) {
  Workers workers(4);
  std::vector<std::atomic<int>> runs(9);
  for (int job = 0; job < 20000; ++job) {
    const int count = 2 + job % 8;
    workers.Run(count, [&](int i) { ++runs[static_cast<size_t>(i)]; });
    for (int i = 0; i < 9; ++i) {
      ASSERT_EQ(runs[static_cast<size_t>(i)].exchange(0), i < count ? 1 : 0) << "job " << job;
    }
  }
}

TEST(WorkersTest, WithoutAJobEndAtOnce) {
  const Workers workers(4);
  EXPECT_EQ(workers.threads(), 4);
}

}  // namespace
}  // namespace consilium
