#include "lab/simulation/simulate.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/random.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modules/schedule/make_exchange.h"
#include "tests/support/matchers.h"

namespace consilium::simulation {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

constexpr char kSchema[] = R"(
schema = "test"
version = 1
[[features]]
key = "x"
kind = "continuous"
unit = "1"
range = { min = -10, max = 10 }
label = "x"
question = "x?"
[[features]]
key = "c"
kind = "categorical"
label = "c"
question = "c?"
categories = [{ value = "no" }, { value = "yes" }, { value = "much" }]
[[outcomes]]
key = "three"
label = "three"
classes = [{ value = "low" }, { value = "mid" }, { value = "high" }]
)";

// x decides which of three classes; c is noise, and missing at the second site.
data::Cohort MakeCohort(const data::Schema& schema, int patients, uint64_t seed, bool holds_c) {
  Random random = Random::Named(seed, "cohort");
  data::Cohort cohort = data::EmptyCohort(schema);
  cohort.patients = patients;
  for (int p = 0; p < patients; ++p) {
    const double x = random.Normal() * 3;
    cohort.values[0].push_back(std::clamp(x, -10.0, 10.0));
    cohort.values[1].push_back(holds_c ? static_cast<double>(random.Below(3)) : NAN);
    cohort.labels[0].push_back(x < -1.5 ? 0 : x < 1.5 ? 1 : 2);
  }
  return cohort;
}

class SimulateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto parsed = data::ParseSchema(kSchema, "schema");
    ASSERT_THAT(parsed, IsOk());
    schema_ = *std::move(parsed);
    sites_.push_back({"a", MakeCohort(schema_, 60, 1, true), data::EmptyCohort(schema_)});
    sites_.push_back({"b", MakeCohort(schema_, 40, 2, false), MakeCohort(schema_, 30, 3, false)});
    sites_.push_back({"c", MakeCohort(schema_, 3, 4, true), data::EmptyCohort(schema_)});
  }

  static std::string PlanText(const std::string& schedule, const std::string& more = "") {
    return "[run]\nsites = ['a', 'b', 'c']\nrounds = 60\n[schedule]\n" + schedule +
           "[training]\nlearning_rate = 0.01\n[evaluation]\n"
           "baselines = ['local', 'logistic_regression', 'pooled']\n" +
           more;
  }

  data::Schema schema_;
  std::vector<SimulatedSite> sites_;
};

// Every rate so high that the last model is worse than an average of the way there.
constexpr char kAverages[] =
    "validation = 0.3\n[ema]\nwindows = [0.1, 0.4]\n"
    "[training]\noptimiser = 'sgd'\nrate = 'constant'\nlearning_rate = 0.3\n";

TEST_F(SimulateTest, AllSitesServeTheSameSelectedAverageWhateverTheThreads) {
  bool average_selected = false;
  for (const char* schedule :
       {"kind = 'relay_sum'\n", "kind = 'gossip'\n", "kind = 'all_reduce'\n"}) {
    std::string text = PlanText(schedule, kAverages);
    text.erase(text.find("[training]"),
               std::string_view("[training]\nlearning_rate = 0.01\n").size());
    const auto one = Simulate(schema_, text, sites_, 1);
    const auto three = Simulate(schema_, text, sites_, 3);
    ASSERT_THAT(one, IsOk()) << schedule;
    ASSERT_THAT(three, IsOk()) << schedule;
    EXPECT_EQ(one->model_digests, three->model_digests) << schedule;
    const size_t ema = text.find("[ema]");
    text.erase(ema, text.find("[training]") - ema);
    const auto without = Simulate(schema_, text, sites_, 1);
    ASSERT_THAT(without, IsOk());
    average_selected |= one->model_digests != without->model_digests;
  }
  EXPECT_TRUE(average_selected) << "with every schedule the last model was the best";
}

TEST_F(SimulateTest, CountsBytesByLinkModuleAndRound) {
  for (const char* compressor : {"identity", "low_rank"}) {
    const auto result = Simulate(
        schema_,
        PlanText("kind = 'relay_sum'\n") + fmt::format("[compression]\nkind = '{}'\n", compressor),
        sites_, 1);
    ASSERT_THAT(result, IsOk());
    std::map<std::pair<std::string, std::string>, uint64_t> sent, received;
    for (const SimulatedSiteResult& site : result->sites) {
      const federation::Traffic& traffic = site.traffic;
      uint64_t links = 0, modules = 0, rounds = 0;
      for (const federation::LinkTraffic& link : traffic.links) {
        links += link.bytes_sent;
        sent[{site.site, link.peer}] = link.bytes_sent;
        received[{link.peer, site.site}] = link.bytes_received;
      }
      for (const federation::ModuleTraffic& module : traffic.modules) modules += module.bytes;
      for (const uint64_t bytes : traffic.rounds) rounds += bytes;
      EXPECT_EQ(links, site.bytes_sent);
      EXPECT_LT(rounds, links) << "stages before and after the rounds cost something too";
      EXPECT_LT(modules, rounds);
      EXPECT_GT(static_cast<double>(modules), 0.5 * static_cast<double>(rounds));
      EXPECT_EQ(federation::CompressionError(traffic) > 0,
                std::string_view(compressor) == "low_rank");
    }
    EXPECT_EQ(sent, received) << compressor;
  }
}

TEST_F(SimulateTest, WithOverlapEveryScheduleStillLearnsAsMuch) {
  for (const schedule::NamedSchedule& schedule : schedule::AllSchedules()) {
    const std::string text =
        PlanText(fmt::format("kind = '{}'\n[compression]\nkind = 'identity'\n", schedule.name));
    const auto waiting = Simulate(schema_, text, sites_, 1);
    std::string overlapped = text;
    overlapped.replace(overlapped.find("kind ="), 0, "overlap = true\n");
    const auto overlapping = Simulate(schema_, overlapped, sites_, 1);
    ASSERT_THAT(waiting, IsOk()) << schedule.name;
    if (schedule.kind == schedule::ScheduleKind::kScaffold) {
      EXPECT_THAT(overlapping, StatusIs(StatusCode::kInvalidArgument, HasSubstr("overlap")));
      continue;
    }
    ASSERT_THAT(overlapping, IsOk()) << schedule.name;
    EXPECT_NE(waiting->model_digests, overlapping->model_digests) << schedule.name;
    EXPECT_NEAR(overlapping->mean[0].models[0].scores.auroc.value(),
                waiting->mean[0].models[0].scores.auroc.value(), 0.02)
        << schedule.name;
  }
}

TEST_F(SimulateTest, LearnsAnOutcomeOfThreeClassesFromAnySchema) {
  const auto result = Simulate(schema_, PlanText("kind = 'relay_sum'\n"), sites_, 1);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->sites[1].held_out_patients, 30);
  ASSERT_EQ(result->sites[1].outcomes[0].models.size(), 4u);
  EXPECT_GT(result->sites[1].outcomes[0].models[0].scores.auroc.value(), 0.9);
  EXPECT_GT(result->bytes_uncompressed, result->bytes_sent);
}

TEST_F(SimulateTest, ComparesWithEveryBaselineThatAPlanCanName) {
  const std::string text =
      "[run]\nsites = ['a', 'b', 'c']\nrounds = 30\n[training]\nlearning_rate = 0.01\n"
      "masking = 'class_equalised'\n[evaluation]\nbaselines = ['local', 'prior', 'mlp', "
      "'mlp_indicator', 'pooled', 'pooled_mlp', 'pooled_prior', 'pooled_logistic_regression']\n";
  const auto result = Simulate(schema_, text, sites_, 2);
  ASSERT_THAT(result, IsOk());
  std::map<std::string, double> auroc;
  for (const training::ModelReport& model : result->sites[1].outcomes[0].models) {
    auroc[model.model] = model.scores.auroc.value();
  }
  EXPECT_EQ(auroc.size(), 9u);
  EXPECT_EQ(auroc["prior"], 0.5);
  EXPECT_EQ(auroc["pooled_prior"], 0.5);
  for (const char* name : {"mlp", "mlp_indicator", "pooled_mlp", "pooled_logistic_regression"}) {
    EXPECT_GT(auroc[name], 0.85) << name;
  }
}

TEST_F(SimulateTest, TheResultDoesNotDependOnTheNumberOfThreads) {
  const auto one = Simulate(schema_, PlanText("kind = 'relay_sum'\n"), sites_, 1);
  const auto four = Simulate(schema_, PlanText("kind = 'relay_sum'\n"), sites_, 4);
  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(four, IsOk());
  EXPECT_EQ(one->model_digests, four->model_digests);
}

TEST_F(SimulateTest, RunsEveryScheduleToTheEnd) {
  for (const char* schedule : {"kind = 'gossip'\ntopology = 'ring'\n", "kind = 'all_reduce'\n",
                               "kind = 'all_reduce'\naggregator = 'coordinator'\n",
                               "kind = 'relay_sum'\ntopology = 'ring'\n"}) {
    const auto result = Simulate(schema_, PlanText(schedule), sites_, 2);
    ASSERT_THAT(result, IsOk()) << schedule;
    EXPECT_GT(result->sites[1].outcomes[0].models[0].scores.auroc.value(), 0.9) << schedule;
  }
}

TEST_F(SimulateTest, CrossValidationHoldsEveryPatientOutOnce) {
  sites_[1].test = data::EmptyCohort(schema_);
  const auto result = Simulate(schema_, PlanText("kind = 'relay_sum'\n", "folds = 3\n"), sites_, 2);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->sites[0].held_out_patients, 60);
  EXPECT_EQ(result->sites[1].held_out_patients, 40);
  EXPECT_EQ(result->sites[2].held_out_patients, 3);
  EXPECT_EQ(result->model_digests.size(), 3u);
}

TEST_F(SimulateTest, ABudgetTooSmallForAnyMessageIsRefusedBeforeARoundBegins) {
  const std::string text =
      "[run]\nsites = ['a', 'b', 'c']\nrounds = 3\n[compression]\nbyte_budget = 1\n";
  EXPECT_THAT(Simulate(schema_, text, sites_, 1),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("a budget of 0 numbers")));
}

TEST_F(SimulateTest, ASiteWithoutAnyPatientIsNamed) {
  sites_[2].train = data::EmptyCohort(schema_);
  EXPECT_THAT(Simulate(schema_, PlanText("kind = 'relay_sum'\n"), sites_, 1),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("c: no patient")));
}

TEST_F(SimulateTest, TheJsonSaysNullWhereAScoreIsUndefined) {
  const auto result = Simulate(schema_, PlanText("kind = 'relay_sum'\n"), sites_, 1);
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(ToJson(*result), HasSubstr("\"auroc\": null"));  // site c holds out one patient
}

TEST(SimulatePlanFileTest, AFileThatIsNotThereIsNamed) {
  EXPECT_THAT(SimulatePlanFile("/nonexistent/plan.toml", 1),
              StatusIs(StatusCode::kNotFound, HasSubstr("/nonexistent/plan.toml")));
}

}  // namespace
}  // namespace consilium::simulation
