#include "lab/simulation/pooling.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium::simulation {
namespace {

using ::testing::ElementsAre;

TEST(PoolingTest, PartTakesOnePatientRangeOfEveryOutcome) {
  const training::HeldOutPredictions all{"m", {{.1f, .9f, .2f, .8f, .3f, .7f}}, {{0, 1, 1}}};
  const training::HeldOutPredictions part = Part(all, 1, 2);
  EXPECT_THAT(part.labels[0], ElementsAre(1, 1));
  EXPECT_THAT(part.probabilities[0], ElementsAre(.2f, .8f, .3f, .7f));
}

TEST(PoolingTest, AppendPutsTheSecondBehindTheFirst) {
  const std::vector<training::HeldOutPredictions> one = {{"m", {{.1f, .9f}}, {{1}}}};
  const std::vector<training::HeldOutPredictions> two = {{"m", {{.6f, .4f}}, {{0}}}};
  std::vector<training::HeldOutPredictions> all;
  Append(one, all);
  Append(two, all);
  EXPECT_THAT(all[0].labels[0], ElementsAre(1, 0));
  EXPECT_THAT(all[0].probabilities[0], ElementsAre(.1f, .9f, .6f, .4f));
}

TEST(PoolingTest, TheMeanLeavesOutSitesWithoutTheScore) {
  training::OutcomeScores without{"o", {{"m", {}}}};
  training::OutcomeScores with = without;
  with.models[0].scores.auroc = 0.8;
  const std::vector<std::vector<training::OutcomeScores>> sites = {{with}, {without}};
  const auto mean = MeanOver(sites);
  EXPECT_DOUBLE_EQ(mean[0].models[0].scores.auroc.value(), 0.8);
  EXPECT_FALSE(mean[0].models[0].scores.macro_f1.has_value());
}

}  // namespace
}  // namespace consilium::simulation
