#include <cmath>
#include <map>

#include "base/random.h"
#include "gmock/gmock.h"
#include "lab/simulation/simulate.h"
#include "server/data/examples.h"
#include "server/storage/model_file.h"
#include "server/training/module_names.h"
#include "tests/support/matchers.h"

// Runs that go on from a model of an earlier one, over every schedule.
namespace consilium::simulation {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

data::Schema SchemaOf(const std::vector<std::string>& features) {
  data::Schema schema;
  schema.name = "test";
  for (const std::string& key : features) {
    data::Feature& feature = schema.features.emplace_back();
    feature.key = key;
    feature.unit = "1";
    feature.range = {-10, 10};
  }
  data::Outcome& outcome = schema.outcomes.emplace_back();
  outcome.key = "ill";
  outcome.classes = {{"no", "", {}}, {"yes", "", {}}};
  return schema;
}

// Sites one and three have every feature, site two lacks the last.
std::vector<SimulatedSite> SitesOf(const data::Schema& schema) {
  std::vector<SimulatedSite> sites;
  for (const char* name : {"one", "two", "three"}) {
    Random random = Random::Named(3, name);
    data::Cohort cohort = data::EmptyCohort(schema);
    cohort.patients = 40;
    for (int i = 0; i < cohort.patients; ++i) {
      const int ill = i % 2;
      cohort.labels[0].push_back(ill);
      for (size_t f = 0; f < cohort.values.size(); ++f) {
        const bool lacks = sites.size() == 1 && f + 1 == cohort.values.size();
        cohort.values[f].push_back(lacks ? NAN : ill + random.Normal());
      }
    }
    sites.push_back({name, std::move(cohort), data::EmptyCohort(schema)});
  }
  return sites;
}

std::string PlanText(const std::string& schedule, const std::string& training) {
  return "[run]\nsites = ['one', 'two', 'three']\nrounds = 4\n[model]\nstate = 6\nhidden = 8\n" +
         schedule + "[training]\nlearning_rate = 0.01\n" + training +
         "[evaluation]\nbaselines = []\n";
}

// Plain name of each module, and the digest of its parameters.
std::map<std::string, security::Digest> DigestsOf(const training::Model& model) {
  const nn::Layout layout = modn::MakeLayout(
      data::ArchitectureOf(model.schema, model.state, model.hidden, model.feature_decoder_hidden));
  const std::vector<security::Digest> digests = storage::ModuleDigests(layout, model.parameters);
  std::map<std::string, security::Digest> by_name;
  for (size_t m = 0; m < digests.size(); ++m) {
    by_name[training::PlainName(layout.modules()[m].id)] = digests[m];
  }
  return by_name;
}

class StartTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const data::Schema narrow = SchemaOf({"a", "b", "c"});
    auto result = Simulate(narrow, PlanText(GetParam(), ""), SitesOf(narrow), 1);
    ASSERT_THAT(result, IsOk());
    first_ = result->model;
  }

  StatusOr<SimulationResult> GoOn(const std::string& training) {
    const data::Schema wide = SchemaOf({"a", "b", "c", "new"});
    return Simulate(wide, PlanText(GetParam(), training) + "[start]\nmodel = 'first'\n",
                    SitesOf(wide), 1, &first_);
  }

  training::Model first_;
};

TEST_P(StartTest, TrainingOnlyWhatIsNewKeepsEveryOtherModuleAndScaleBitForBit) {
  const auto result = GoOn("train = 'new'\n");
  ASSERT_THAT(result, IsOk());
  std::map<std::string, security::Digest> after = DigestsOf(result->model);
  for (const auto& [name, digest] : DigestsOf(first_)) EXPECT_EQ(after[name], digest) << name;
  for (size_t i = 0; i < first_.statistics.size(); ++i) {
    EXPECT_EQ(result->model.statistics[i], first_.statistics[i]) << i;
  }
}

TEST_P(StartTest, FreezingKeepsWhatThePatternsNameAndMovesTheRest) {
  const auto result = GoOn("freeze = ['state', 'encoder b', 'decoder *']\n");
  ASSERT_THAT(result, IsOk());
  std::map<std::string, security::Digest> before = DigestsOf(first_),
                                          after = DigestsOf(result->model);
  for (const char* name : {"state", "encoder b", "decoder ill"}) {
    EXPECT_EQ(after[name], before[name]) << name;
  }
  for (const char* name : {"encoder a", "encoder c"}) EXPECT_NE(after[name], before[name]) << name;
}

TEST_P(StartTest, FineTuningMovesOldModulesOnlyAfterItsRounds) {
  std::map<std::string, security::Digest> before = DigestsOf(first_);
  const auto early = GoOn("fine_tune = 4\n");
  ASSERT_THAT(early, IsOk());
  EXPECT_EQ(DigestsOf(early->model)["encoder a"], before["encoder a"]);
  const auto late = GoOn("fine_tune = 2\n");
  ASSERT_THAT(late, IsOk());
  EXPECT_NE(DigestsOf(late->model)["encoder a"], before["encoder a"]);
  EXPECT_NE(DigestsOf(late->model)["state"], before["state"]);
}

TEST_P(StartTest, FrozenModulesAreNotSent) {
  const auto all = GoOn("");
  const auto few = GoOn("train = 'new'\n");
  ASSERT_THAT(all, IsOk());
  ASSERT_THAT(few, IsOk());
  EXPECT_LT(few->bytes_sent, all->bytes_sent / 2);
}

INSTANTIATE_TEST_SUITE_P(
    Schedules, StartTest,
    ::testing::Values("[schedule]\nkind = 'relay_sum'\n[compression]\nkind = 'identity'\n",
                      "[schedule]\nkind = 'relay_sum'\n[compression]\nkind = 'low_rank'\n",
                      "[schedule]\nkind = 'relay_sum'\n[compression]\nkind = 'quantized'\n",
                      "[schedule]\nkind = 'gossip'\ntopology = 'ring'\n",
                      "[schedule]\nkind = 'all_reduce'\nweights = 'uniform'\n",
                      "[schedule]\nkind = 'all_reduce'\naggregator = 'coordinator'\n"),
    [](const auto& param) { return "Schedule" + std::to_string(param.index); });

TEST(StartFileTest, AModelThatASimulationWroteIsWhereTheNextBegins) {
  const data::Schema schema = SchemaOf({"a", "b"});
  const auto first = Simulate(schema, PlanText("", ""), SitesOf(schema), 1);
  ASSERT_THAT(first, IsOk());
  const auto again = storage::DecodeModel(storage::EncodeModel(first->model), "model");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->parameters, first->model.parameters);
  EXPECT_EQ(again->statistics, first->model.statistics);
}

TEST(StartFileTest, ARunIsForNodesAndAFileForSimulations) {
  const data::Schema schema = SchemaOf({"a"});
  EXPECT_THAT(Simulate(schema, PlanText("", "") + "[start]\nrun = 'r'\n", SitesOf(schema), 1),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("model = \"FILE\"")));
  EXPECT_THAT(Simulate(schema, PlanText("", "train = 'new'\n"), SitesOf(schema), 1),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("[start]")));
}

}  // namespace
}  // namespace consilium::simulation
