#include "lab/experiments/skewed_training.h"

#include <set>

#include "gtest/gtest.h"
#include "lab/experiments/label_skew.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"

// What experiment relaysgd trains networks with.
namespace consilium::experiments {
namespace {

using ::consilium::testing::IsOk;

ClassificationTask Task() { return TaughtTask({10, 0, 5, 20}, 800, 100, 200, 3); }

double MeanClasses(const Rows& rows, const std::vector<std::vector<int>>& parts) {
  double mean = 0;
  for (const std::vector<int>& part : parts) {
    std::set<int32_t> classes;
    for (const int i : part) classes.insert(rows.labels[static_cast<size_t>(i)]);
    mean += static_cast<double>(classes.size()) / static_cast<double>(parts.size());
  }
  return mean;
}

TEST(LabelSkewTest, GivesEveryRowToOneSiteAndAsManyToEach) {
  const Rows rows = Task().train;
  for (const double alpha : {0.01, 1.0, 100.0}) {
    const auto parts = SkewedParts(rows, 8, alpha, 1);
    std::set<int> given;
    for (const std::vector<int>& part : parts) {
      EXPECT_EQ(part.size(), 100u);
      given.insert(part.begin(), part.end());
    }
    EXPECT_EQ(given.size(), 800u) << alpha;
    EXPECT_EQ(parts, SkewedParts(rows, 8, alpha, 1));
  }
}

TEST(LabelSkewTest, TheSmallerAlphaTheFewerClassesASiteHas) {
  const Rows rows = Task().train;
  EXPECT_LT(MeanClasses(rows, SkewedParts(rows, 8, 0.01, 1)), 3);
  EXPECT_GT(MeanClasses(rows, SkewedParts(rows, 8, 100, 1)), 4.5);
}

TEST(SkewedTrainingTest, LearnsWhateverClassesSitesHaveAndSaysWhenItDiverges) {
  schedule::ExchangeOptions exchange;
  exchange.schedule = schedule::ScheduleKind::kRelaySum;
  exchange.graph = *topology::BinaryTree(4);
  SkewedTraining how{.hidden = {8}, .alpha = 0.01, .batch = 8, .steps = 150, .rate = 0.5};
  const auto learned = TrainSkewed(Task(), exchange, how, 1);
  ASSERT_THAT(learned, IsOk());
  EXPECT_GT(learned->test, 0.5);
  how.rate = 1e6;
  const auto diverged = TrainSkewed(Task(), exchange, how, 1);
  ASSERT_THAT(diverged, IsOk());
  EXPECT_EQ(diverged->test, 0);
}

}  // namespace
}  // namespace consilium::experiments
