#include "lab/tuning/tune.h"

#include <cmath>
#include <filesystem>

#include "base/random.h"
#include "gmock/gmock.h"
#include "lab/tuning/summary.h"
#include "tests/support/matchers.h"

namespace consilium::tuning {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::SizeIs;

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
[[outcomes]]
key = "two"
label = "two"
classes = [{ value = "no" }, { value = "yes" }]
)";

// One search that learns and one whose rates blow everything up.
constexpr char kPlan[] = R"(
[run]
sites = ['a', 'b']
rounds = 40
[model]
state = 4
hidden = 4
[training]
gradient_clip = 0
[evaluation]
validation = 0.3
baselines = []
[tune]
trials = 3
[[tune.search]]
name = "good"
learning_rate = { log10_uniform = [-2, -1] }
[[tune.search]]
name = "wild"
optimiser = "sgd"
momentum = 0.9
learning_rate = { log10_uniform = [15, 18] }
)";

class TuneTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto schema = data::ParseSchema(kSchema, "schema");
    ASSERT_THAT(schema, IsOk());
    schema_ = *std::move(schema);
    UsePlan(kPlan);
    for (const uint64_t seed : {1, 2}) {
      sites_.push_back({seed == 1 ? "a" : "b", MakeCohort(60, seed), data::EmptyCohort(schema_)});
    }
  }

  void UsePlan(const std::string& text) {
    text_ = text;
    auto plan = federation::ParsePlan(text_, "plan");
    ASSERT_THAT(plan, IsOk());
    plan_ = *std::move(plan);
  }

  data::Cohort MakeCohort(int patients, uint64_t seed) const {
    Random random = Random::Named(seed, "cohort");
    data::Cohort cohort = data::EmptyCohort(schema_);
    cohort.patients = patients;
    for (int p = 0; p < patients; ++p) {
      const double x = std::clamp(random.Normal() * 3, -10.0, 10.0);
      cohort.values[0].push_back(x);
      cohort.labels[0].push_back(x + random.Normal() > 0 ? 1 : 0);
    }
    return cohort;
  }

  TuningCase Case() const { return {schema_, plan_, text_, sites_}; }

  std::unique_ptr<Journal> OpenJournal(const std::string& name) const {
    auto journal = Journal::Open(::testing::TempDir() + "/" + name, FingerprintOf(Case()));
    EXPECT_THAT(journal, IsOk());
    return *std::move(journal);
  }

  std::vector<TrialRecord> Run(const std::string& name, int threads, int* ran = nullptr) const {
    const std::unique_ptr<Journal> journal = OpenJournal(name);
    int count = 0;
    auto records =
        RunTrials(Case(), *journal, threads, [&](int, int, const TrialRecord&) { ++count; });
    EXPECT_THAT(records, IsOk());
    if (ran != nullptr) *ran = count;
    return *std::move(records);
  }

  static std::string Fresh(const std::string& name) {
    std::filesystem::remove(::testing::TempDir() + "/" + name);
    return name;
  }

  // All but the seconds.
  static std::string Json(const TuningCase& tuning, const std::vector<TrialRecord>& records) {
    return ToJson(Summarise(tuning, records), records);
  }

  data::Schema schema_;
  std::string text_;
  federation::Plan plan_;
  std::vector<simulation::SimulatedSite> sites_;
};

TEST_F(TuneTest, TheTrialsDoNotDependOnTheThreads) {
  const auto one = Run(Fresh("one.tune"), 1), three = Run(Fresh("three.tune"), 3);
  ASSERT_THAT(one, SizeIs(6));
  EXPECT_EQ(Json(Case(), one), Json(Case(), three));
}

TEST_F(TuneTest, ADivergedTrialCountsAsWorstNotAsAbsent) {
  const TuneSummary summary = Summarise(Case(), Run(Fresh("worst.tune"), 1));
  ASSERT_THAT(summary.searches, SizeIs(2));
  EXPECT_EQ(summary.searches[1].diverged, 3);
  EXPECT_EQ(summary.searches[1].trials, 3);
  EXPECT_FALSE(summary.searches[1].best.has_value());
  EXPECT_DOUBLE_EQ(summary.goal.worst, std::log(2.0));
  EXPECT_DOUBLE_EQ(summary.searches[1].tunability.peak, std::log(2.0));
  EXPECT_EQ(summary.recommended, 0);
  EXPECT_LT(summary.searches[0].tunability.peak, 0.6);
  for (const std::vector<double>& win : summary.win) {
    EXPECT_NEAR(win[0] + win[1], 1, 1e-12);
    EXPECT_GT(win[0], 0.99);
  }
}

TEST_F(TuneTest, AnInterruptedSearchGoesOnAndEndsAlike) {
  const auto whole = Run(Fresh("whole.tune"), 1);
  {
    const std::unique_ptr<Journal> journal = OpenJournal(Fresh("part.tune"));
    ASSERT_THAT(journal->Add(whole[1]), IsOk());
    ASSERT_THAT(journal->Add(whole[3]), IsOk());
  }
  int ran = 0;
  const auto resumed = Run("part.tune", 2, &ran);
  EXPECT_EQ(ran, 4);
  EXPECT_EQ(Json(Case(), resumed), Json(Case(), whole));
}

TEST_F(TuneTest, MoreTrialsAreAddedToThoseThereAre) {
  Run(Fresh("more.tune"), 1);
  plan_.tune.trials = 4;
  int ran = 0;
  EXPECT_THAT(Run("more.tune", 1, &ran), SizeIs(8));
  EXPECT_EQ(ran, 2);
}

TEST_F(TuneTest, SitesCanTrainAlone) {
  std::string text = kPlan;
  text.insert(text.find("trials = 3"), "training = 'local'\n");
  UsePlan(text);
  const auto records = Run(Fresh("local.tune"), 1);
  ASSERT_TRUE(records[0].validation.nll.has_value());
  EXPECT_LT(*records[0].validation.nll, std::log(2.0));
}

TEST_F(TuneTest, ThePageStandsAloneAndTellsWhatWasPicked) {
  const TuneSummary summary = Summarise(Case(), Run(Fresh("page.tune"), 1));
  const std::string html = ToHtml(summary, Case());
  EXPECT_THAT(html, HasSubstr("picked by validation"));
  EXPECT_THAT(html, HasSubstr("learning_rate"));
  EXPECT_THAT(html, HasSubstr("<svg"));
}

TEST(TunePlanTest, TellsMistakesInThePriors) {
  const auto plan = federation::ParsePlan(
      "[run]\nsites = ['a']\n[tune]\nsearches = ['adam_rl']\n[[tune.search]]\nname = 'x'\n"
      "momentum = { uniform = [1, 0] }\nepsilon = { normal = [0, 1] }\n",
      "plan");
  EXPECT_THAT(plan, StatusIs(StatusCode::kInvalidArgument, HasSubstr("adam_lr")));
  EXPECT_THAT(plan, StatusIs(StatusCode::kInvalidArgument, HasSubstr("from, to")));
  EXPECT_THAT(plan, StatusIs(StatusCode::kInvalidArgument, HasSubstr("normal")));
}

}  // namespace
}  // namespace consilium::tuning
