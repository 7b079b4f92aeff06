#include "lab/experiments/experiment.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lab/experiments/embedded.h"
#include "lab/experiments/experiments.h"
#include "lab/page/page.h"
#include "tests/support/matchers.h"

namespace consilium::experiments {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ClaimTest, GivesMeanAndStudentInterval) {
  const Estimate estimate = EstimateOf(std::vector<double>{1, 2, 3});
  EXPECT_DOUBLE_EQ(*estimate.mean, 2);
  EXPECT_NEAR(*estimate.high - 2, 4.303 / std::sqrt(3.0), 1e-6);
  EXPECT_FALSE(EstimateOf(std::vector<double>{1}).low);
  EXPECT_FALSE(EstimateOf(std::vector<double>{1, NAN}).mean);
  EXPECT_FALSE(EstimateOf({}).mean);
  std::vector<double> many(41, 0.0);
  many[0] = 1, many[1] = -1;
  EXPECT_NEAR(*EstimateOf(many).high, 2.0211 * std::sqrt(2.0 / 40 / 41), 1e-5);
}

TEST(ClaimTest, IsDecidedByTheMean) {
  const ClaimText text{"x.1", "It grows", "nobody", "It shrank."};
  EXPECT_EQ(AtLeast(text, 2, std::vector<double>{1, 3}).verdict, Verdict::kPass);
  EXPECT_EQ(AtMost(text, 2, std::vector<double>{1, 3.1}).verdict, Verdict::kFail);
  EXPECT_EQ(Near(text, 2, 0.1, std::vector<double>{2.0625}).verdict, Verdict::kPass);
  EXPECT_EQ(AtMost(text, 2, std::vector<double>{3}).explanation, "It shrank.");
  EXPECT_EQ(AtLeast(text, 2, std::vector<double>{3}).explanation, "");
}

TEST(ClaimTest, FailsWhereNothingFiniteWasMeasured) {
  const Claim claim = AtLeast({"x.1", "", "", ""}, -1e9, std::vector<double>{NAN});
  EXPECT_EQ(claim.verdict, Verdict::kFail);
  EXPECT_THAT(claim.explanation, HasSubstr("finite"));
}

TEST(ClaimTest, PrintsAsManyDigitsAsMatter) {
  Claim claim = AtLeast({}, 0.82, std::vector<double>{0.8412345, 0.8437});
  EXPECT_EQ(MeasuredText(claim), "0.842 [0.827, 0.858]");
  EXPECT_EQ(ThresholdText(claim), "at least 0.82");
  EXPECT_EQ(MeasuredText(Near({}, 0, 0, std::vector<double>{0})), "0");
  EXPECT_THAT(MeasuredText(Near({}, 0, 0, std::vector<double>{2e-20, 3e-20})),
              HasSubstr("2.5e-20"));
}

TEST(ExperimentPlanTest, PrefersTheKeysOfTheChosenSize) {
  const char* text = "steps = 5\n[quick]\nseeds = [1]\n[full]\nseeds = [1, 2]\nsteps = 9\n";
  auto quick = ExperimentPlan::Parse(text, "p", true);
  auto full = ExperimentPlan::Parse(text, "p", false);
  ASSERT_THAT(quick, IsOk());
  ASSERT_THAT(full, IsOk());
  EXPECT_EQ(quick->Integer("steps"), 5);
  EXPECT_EQ(full->Integer("steps"), 9);
  EXPECT_THAT(full->seeds(), ElementsAre(1, 2));
  EXPECT_THAT(quick->Finish(), IsOk());
}

TEST(ExperimentPlanTest, TellsWhatIsMissingAndWhatIsUnknown) {
  auto plan = ExperimentPlan::Parse("stepz = 5\n[quick]\nseeds = [1.5]\n", "p", true);
  ASSERT_THAT(plan, IsOk());
  plan->Integer("steps");
  EXPECT_THAT(plan->Finish(),
              StatusIs(StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("stepz"), HasSubstr("needs 'steps'"), HasSubstr("whole"))));
}

TEST(ForEachTest, ReturnsTheFirstErrorAndTellsProgress) {
  auto plan = ExperimentPlan::Parse("seeds = [1]", "p", true);
  ASSERT_THAT(plan, IsOk());
  ExperimentSetting setting{*std::move(plan), true, "", 3};
  std::vector<int> seen(20);
  EXPECT_THAT(ForEach(setting, "work", 20, [&](int i) { return seen[size_t(i)] = 1, OkStatus(); }),
              IsOk());
  EXPECT_THAT(seen, ::testing::Each(1));
  setting.threads = 1;
  int told = 0;
  setting.progress = [&](std::string_view, int done, int) { told = done; };
  EXPECT_THAT(
      ForEach(setting, "work", 9, [](int i) { return i == 4 ? Internal("at {}", i) : OkStatus(); }),
      StatusIs(StatusCode::kInternal, "at 4"));
  EXPECT_EQ(told, 5);
}

TEST(ExperimentsTest, EachHasAPlanThatParsesInBothSizes) {
  for (const Experiment& experiment : AllExperiments()) {
    const std::string path = "lab/experiments/" + std::string(experiment.name) + ".toml";
    for (const bool quick : {true, false}) {
      auto plan = ExperimentPlan::Parse(Embedded(path), path, quick);
      ASSERT_THAT(plan, IsOk()) << path;
      EXPECT_FALSE(plan->seeds().empty()) << path;
    }
  }
  EXPECT_THAT(FindExperiment("multimdon"),
              StatusIs(StatusCode::kNotFound, HasSubstr("did you mean")));
}

StatusOr<ExperimentResult> TwoClaims(ExperimentSetting& setting) {
  ExperimentResult result;
  const std::vector<double> values = setting.plan.Numbers("values");
  RETURN_IF_ERROR(setting.plan.Finish());
  result.claims.push_back(AtLeast({"t.1", "<b>", "s", ""}, 0, values));
  result.claims.push_back(AtLeast({"t.2", "b", "s", "too small"}, 9, std::vector<double>{NAN}));
  result.claims.push_back(Skipped({"t.3", "c", "s", ""}, "no data"));
  result.sections.push_back({"More", {page::Table{"", {{"a", false}}, {{page::Cell("1")}}}}});
  return result;
}

TEST(ExperimentsTest, RecordsClaimsAsJsonAndAsAPage) {
  const Experiment experiment{"two", "a paper", "two claims", TwoClaims};
  auto record =
      RunExperiment(experiment, {.quick = true, .plan_text = "seeds = [3]\nvalues = [1, 2]\n"});
  ASSERT_THAT(record, IsOk());
  const auto json = nlohmann::json::parse(ToJson(*record));
  EXPECT_EQ(json["format"], "consilium.experiment/1");
  EXPECT_EQ(json["passed"], 1);
  EXPECT_EQ(json["failed"], 1);
  EXPECT_EQ(json["skipped"], 1);
  EXPECT_EQ(json["claims"][0]["measured"], 1.5);
  EXPECT_TRUE(json["claims"][1]["measured"].is_null());
  EXPECT_EQ(json["claims"][2]["verdict"], "skipped");
  EXPECT_EQ(json["tables"][0]["rows"][0][0], "1");
  const std::string html = page::ToHtml(ToPage(*record));
  EXPECT_THAT(html, HasSubstr("1 of 2"));
  EXPECT_THAT(html, HasSubstr("&lt;b&gt;"));
  EXPECT_THAT(html, HasSubstr("t.3 (skipped): no data"));
}

// A claim for each of many tasks, which finish in any order.
StatusOr<ExperimentResult> ManyTasks(ExperimentSetting& setting) {
  RETURN_IF_ERROR(setting.plan.Finish());
  std::vector<double> sums(50);
  RETURN_IF_ERROR(ForEach(setting, "sums", 50, [&](int task) {
    Random random = Random::Named(setting.plan.seeds().front(), "task", uint64_t(task));
    for (int i = 0; i < 1000; ++i) sums[static_cast<size_t>(task)] += random.Uniform();
    return OkStatus();
  }));
  ExperimentResult result;
  for (const double& sum : sums) {
    result.claims.push_back(AtLeast({"t", "t", "s", "Too few."}, 500, {&sum, 1}));
  }
  return result;
}

TEST(ExperimentsTest, GiveTheSameResultOnAnyNumberOfThreads) {
  const Experiment experiment{"many", "a paper", "many tasks", ManyTasks};
  std::vector<std::string> jsons;
  for (const int threads : {1, 4}) {
    auto record = RunExperiment(experiment, {.plan_text = "seeds = [1]\n", .threads = threads});
    ASSERT_THAT(record, IsOk());
    record->seconds = 0;
    jsons.push_back(ToJson(*record));
  }
  EXPECT_EQ(jsons[0], jsons[1]);
}

}  // namespace
}  // namespace consilium::experiments
