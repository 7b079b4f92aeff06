#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lab/experiments/compressed_training.h"
#include "lab/experiments/experiments.h"
#include "lab/experiments/gossip_study.h"
#include "lab/experiments/power_sgd_checks.h"
#include "tests/support/matchers.h"

// The mechanics of the experiments powersgd and powergossip on tiny cases.
namespace consilium::experiments {
namespace {

using ::consilium::testing::IsOk;

StatusOr<ExperimentRecord> RunPlan(std::string_view name, const char* plan) {
  ExperimentOptions options;
  options.quick = true;
  options.plan_text = plan;
  options.plan_source = "plan";
  ASSIGN_OR_RETURN(const Experiment* experiment, FindExperiment(name));
  return RunExperiment(*experiment, options);
}

bool Passed(const ExperimentRecord& record, std::string_view id) {
  const auto found = std::ranges::find(record.result.claims, id, &Claim::id);
  return found != record.result.claims.end() && found->verdict == Verdict::kPass;
}

TEST(PowersgdExperimentTest, IdentitiesHoldOnATinyCase) {
  const auto record =
      RunPlan("powersgd",
              "rows = 12\ncols = 10\niterations = 60\nmass_steps = 5\ninputs = 8\n"
              "classes = 6\nsharpness = 5.0\ntrain = 80\nvalidation = 20\ntest = 20\n"
              "workers = 4\nbatch = 4\nsteps = 6\nmomentum = 0.9\n"
              "[quick]\nseeds = [1]\nrates = [0.1, 0.2]\n");
  ASSERT_THAT(record, IsOk());
  for (const char* id :
       {"powersgd.1a", "powersgd.1d", "powersgd.2a", "powersgd.2b", "powersgd.4a", "powersgd.4b"}) {
    EXPECT_TRUE(Passed(*record, id)) << id;
  }
  EXPECT_EQ(record->result.claims.size(), 19u);
}

TEST(PowergossipExperimentTest, KeepsTheMeanAndConvergesOnATinyCase) {
  const auto record =
      RunPlan("powergossip",
              "sites = 8\ndiffusion = 1.308\nkeep = 0.1\nedge_trials = 12\n"
              "noise = 0.05\n[quick]\nseeds = [1]\nrows = 8\ncols = 9\ntrue_rank = 1\n"
              "most_steps = 900\nchoco_steps = 5\nchoco_rates = [0.3]\n");
  ASSERT_THAT(record, IsOk());
  for (const char* id : {"powergossip.1", "powergossip.3a", "powergossip.4a", "powergossip.4b"}) {
    EXPECT_TRUE(Passed(*record, id)) << id;
  }
}

TEST(CompressedTrainingTest, EveryMeanLearnsButTheUnbiasedOneAtItsNumbers) {
  const ClassificationTask task = TaughtTask({10, 0, 5, 10}, 400, 100, 200, 3);
  for (const auto mean : {GradientMean::kExact, GradientMean::kPowerSgd, GradientMean::kTopK}) {
    const auto trained = TrainCompressed<float>(
        task, {.mean = mean, .rank = 2, .workers = 4, .batch = 8, .steps = 60}, 1);
    ASSERT_THAT(trained, IsOk());
    EXPECT_GT(trained->test_accuracy, 0.5);
  }
  EXPECT_FALSE(TrainCompressed<float>(task, {.workers = 1000}, 1).ok());
}

TEST(GossipCurveTest, TellsWhenADisagreementWasReached) {
  const GossipCurve curve{.points = {{10, 0.5}, {20, 0.01}}};
  EXPECT_EQ(curve.FloatsTo(0.1), 20);
  EXPECT_EQ(curve.FloatsTo(0.001), std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace consilium::experiments
