#include "server/training/start.h"

#include <cmath>

#include "base/random.h"
#include "gmock/gmock.h"
#include "server/data/examples.h"
#include "server/data/normalisation.h"
#include "server/training/compose.h"
#include "server/training/module_names.h"
#include "server/training/site_learner.h"
#include "server/training/without_exchange.h"
#include "tests/support/matchers.h"

namespace consilium::training {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

data::Feature Number(const std::string& key) {
  data::Feature feature;
  feature.key = key;
  feature.unit = "1";
  feature.range = {-10, 10};
  return feature;
}

data::Schema SchemaOf(const std::vector<std::string>& features, uint32_t version = 1) {
  data::Schema schema;
  schema.name = "test";
  schema.version = version;
  for (const std::string& key : features) schema.features.push_back(Number(key));
  data::Outcome outcome;
  outcome.key = "ill";
  outcome.classes = {{"no", "", {}}, {"yes", "", {}}};
  schema.outcomes.push_back(outcome);
  return schema;
}

// Each feature is a noisy sign of the illness, on a scale that depends on `seed`.
data::Cohort CohortOf(const data::Schema& schema, int patients, uint64_t seed) {
  Random random(seed);
  data::Cohort cohort = data::EmptyCohort(schema);
  cohort.patients = patients;
  for (int i = 0; i < patients; ++i) {
    const int ill = static_cast<int>(random.Below(2));
    cohort.labels[0].push_back(ill);
    for (auto& column : cohort.values) {
      const double x = ill + random.Normal() + 0.1 * static_cast<double>(seed);
      column.push_back(random.Below(5) == 0 ? NAN : std::clamp(x, -10.0, 10.0));
    }
  }
  return cohort;
}

TrainingOptions Options() {
  TrainingOptions options;
  options.state = 6;
  options.hidden = 8;
  options.learning_rate = 0.01;
  options.baselines = {};
  return options;
}

const std::atomic<bool> kNever = false;

// A model trained at one site. Dies if it cannot be.
Model Train(const data::Schema& schema, const TrainingOptions& options, uint64_t seed,
            const Model* start = nullptr, int rounds = 3) {
  auto learner = MakeSiteLearner(schema, options, 1, rounds, CohortOf(schema, 80, seed),
                                 CohortOf(schema, 20, seed + 50), start);
  EXPECT_THAT(learner, IsOk());
  auto parameters = TrainWithoutExchange(**learner, rounds, kNever);
  EXPECT_THAT(parameters, IsOk());
  Model model;
  model.run = "trained";
  model.schema = schema;
  model.state = options.state;
  model.hidden = options.hidden;
  model.parameters = *parameters;
  model.statistics = (*learner)->Facts().statistics;
  return model;
}

std::vector<float> ModuleOf(const Model& model, const std::string& name) {
  const nn::Layout layout = modn::MakeLayout(
      data::ArchitectureOf(model.schema, model.state, model.hidden, model.feature_decoder_hidden));
  for (size_t m = 0; m < layout.modules().size(); ++m) {
    if (PlainName(layout.modules()[m].id) != name) continue;
    const auto values = nn::Slice<const float>(model.parameters, layout.module_block(int(m)));
    return {values.begin(), values.end()};
  }
  return {};
}

TEST(ModuleNamesTest, PatternsAreWholeNamesWithStarsAndQuestionMarks) {
  EXPECT_TRUE(MatchesPattern("encoder *", "encoder age"));
  EXPECT_TRUE(MatchesPattern("*", ""));
  EXPECT_TRUE(MatchesPattern("*a*b*", "xxaxaxbx"));
  EXPECT_TRUE(MatchesPattern("encoder a?e", "encoder age"));
  EXPECT_FALSE(MatchesPattern("encoder a", "encoder age"));
  EXPECT_FALSE(MatchesPattern("*a*b", "ba"));
}

TEST(ModuleNamesTest, APatternThatMatchesNothingIsToldWithTheNearestName) {
  const nn::Layout layout = modn::MakeLayout(data::ArchitectureOf(SchemaOf({"age"}), 6, 8));
  const std::vector<std::string> patterns = {"state", "encoder agee"};
  EXPECT_THAT(MatchModules(layout, patterns, "freeze"),
              StatusIs(StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("freeze: 'encoder agee'"), HasSubstr("'encoder age'"))));
}

TEST(StartTest, TrainingOnlyWhatIsNewLeavesEveryOldModuleBitForBit) {
  const Model central = Train(SchemaOf({"a", "b"}), Options(), 1);
  TrainingOptions options = Options();
  options.train = TrainedModules::kNew;
  options.weight_decay = 0.1;
  const Model wide = Train(SchemaOf({"a", "new", "b"}, 2), options, 2, &central);
  for (const char* name : {"state", "encoder a", "encoder b", "decoder ill"}) {
    EXPECT_EQ(ModuleOf(wide, name), ModuleOf(central, name)) << name;
  }
  const Model untrained = Train(SchemaOf({"a", "new", "b"}, 2), options, 2, &central, 0);
  EXPECT_NE(ModuleOf(wide, "encoder new"), ModuleOf(untrained, "encoder new"));
}

TEST(StartTest, KeepsTheNormalisationOfTheFeaturesThatTheModelKnows) {
  const Model central = Train(SchemaOf({"a", "b"}), Options(), 1);
  const Model wide = Train(SchemaOf({"new", "a", "b"}), Options(), 7, &central);
  const auto before = data::NormalisationFrom(central.schema, central.statistics);
  const auto after = data::NormalisationFrom(wide.schema, wide.statistics);
  ASSERT_THAT(before, IsOk());
  ASSERT_THAT(after, IsOk());
  EXPECT_EQ(after->scales[1], before->scales[0]);
  EXPECT_EQ(after->scales[2], before->scales[1]);
  EXPECT_NE(after->scales[0], before->scales[0]);
}

TEST(StartTest, FineTuningBeginsWithNewModulesAndEndsWithAll) {
  const Model central = Train(SchemaOf({"a"}), Options(), 1);
  TrainingOptions options = Options();
  options.fine_tune = 3;
  const data::Schema wide = SchemaOf({"a", "new"});
  EXPECT_EQ(ModuleOf(Train(wide, options, 2, &central, 3), "encoder a"),
            ModuleOf(central, "encoder a"));
  const Model after = Train(wide, options, 2, &central, 4);
  EXPECT_NE(ModuleOf(after, "encoder a"), ModuleOf(central, "encoder a"));
  EXPECT_NE(ModuleOf(after, "state"), ModuleOf(central, "state"));
}

TEST(StartTest, FreezesWhatThePatternsName) {
  TrainingOptions options = Options();
  const Model before = Train(SchemaOf({"a", "b"}), options, 1, nullptr, 0);
  options.freeze = {"state", "encoder b"};
  const Model after = Train(SchemaOf({"a", "b"}), options, 1);
  EXPECT_EQ(ModuleOf(after, "state"), ModuleOf(before, "state"));
  EXPECT_EQ(ModuleOf(after, "encoder b"), ModuleOf(before, "encoder b"));
  EXPECT_NE(ModuleOf(after, "encoder a"), ModuleOf(before, "encoder a"));
}

TEST(StartTest, FreezingHoldsThroughAveragesOfTheWeights) {
  TrainingOptions options = Options();
  const Model before = Train(SchemaOf({"a", "b"}), options, 1, nullptr, 0);
  options.freeze = {"encoder b", "decoder *"};
  options.validation = 0.2;
  options.ema.windows = {0.1, 0.5};
  const Model after = Train(SchemaOf({"a", "b"}), options, 1, nullptr, 10);
  EXPECT_EQ(ModuleOf(after, "encoder b"), ModuleOf(before, "encoder b"));
  EXPECT_EQ(ModuleOf(after, "decoder ill"), ModuleOf(before, "decoder ill"));
}

TEST(StartTest, RefusesWhatDoesNotFit) {
  const Model central = Train(SchemaOf({"a"}), Options(), 1, nullptr, 0);
  const auto create = [&](const data::Schema& schema, const TrainingOptions& options) {
    return MakeSiteLearner(schema, options, 1, 1, CohortOf(schema, 20, 1), CohortOf(schema, 5, 2),
                           &central)
        .status();
  };
  TrainingOptions options = Options();
  options.train = TrainedModules::kNew;
  EXPECT_THAT(create(SchemaOf({"a"}), options),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("nothing is left to train")));
  options = Options();
  options.state = 7;
  EXPECT_THAT(create(SchemaOf({"a", "b"}), options),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("state = 6")));
  data::Schema other = SchemaOf({"a", "b"});
  other.features[0].range = {0, 1};
  EXPECT_THAT(create(other, Options()),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("feature 'a' is not the same")));
}

TEST(ComposeTest, PutsModulesOfSeveralModelsIntoOne) {
  const Model central = Train(SchemaOf({"a", "b"}), Options(), 1);
  TrainingOptions options = Options();
  options.train = TrainedModules::kNew;
  const Model north = Train(SchemaOf({"a", "b", "n"}, 2), options, 2, &central);
  const Model south = Train(SchemaOf({"s", "b"}, 3), options, 3, &central);
  const std::vector<ModulesFrom> sources = {
      {"central", central, {}}, {"north", north, {"encoder n"}}, {"south", south, {"encoder s"}}};
  const auto composed = Compose(sources);
  ASSERT_THAT(composed, IsOk());
  EXPECT_THAT(composed->warnings, ElementsAre());
  const Model& model = composed->model;
  EXPECT_THAT(model.schema.FeatureKeys(), ElementsAre("a", "b", "n", "s"));
  EXPECT_EQ(model.schema.version, 3u);
  EXPECT_EQ(ModuleOf(model, "encoder n"), ModuleOf(north, "encoder n"));
  EXPECT_EQ(ModuleOf(model, "encoder s"), ModuleOf(south, "encoder s"));
  EXPECT_EQ(ModuleOf(model, "decoder ill"), ModuleOf(central, "decoder ill"));
  const auto scales = data::NormalisationFrom(model.schema, model.statistics);
  ASSERT_THAT(scales, IsOk());
  EXPECT_EQ(scales->scales[3], data::NormalisationFrom(south.schema, south.statistics)->scales[0]);
  EXPECT_EQ(scales->scales[0],
            data::NormalisationFrom(central.schema, central.statistics)->scales[0]);
}

TEST(ComposeTest, WantsToBeToldWhatToDoWithModulesThatDiffer) {
  const Model one = Train(SchemaOf({"a"}), Options(), 1);
  Model other = one;
  for (float& p : other.parameters) p += 1;
  const std::vector<ModulesFrom> sources = {{"one", one, {}}, {"other", other, {}}};
  EXPECT_THAT(Compose(sources), StatusIs(StatusCode::kInvalidArgument,
                                         AllOf(HasSubstr("'state'"), HasSubstr("one and from"))));
  const auto first = Compose(sources, Overlap::kFirst);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->model.parameters, one.parameters);
  EXPECT_EQ(first->warnings.size(), 1u);  // the initial states differ
  const auto mean = Compose(sources, Overlap::kMean);
  ASSERT_THAT(mean, IsOk());
  EXPECT_FLOAT_EQ(mean->model.parameters[0], one.parameters[0] + 0.5f);
}

TEST(ComposeTest, RefusesTheMeanOfEncodersOfDifferentScalesAndAModelWithoutADecoder) {
  const Model one = Train(SchemaOf({"a"}), Options(), 1);
  const Model other = Train(SchemaOf({"a"}), Options(), 9);
  const std::vector<ModulesFrom> both = {{"one", one, {}}, {"other", other, {}}};
  EXPECT_THAT(Compose(both, Overlap::kMean),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("other scales")));
  const std::vector<ModulesFrom> encoders = {{"one", one, {"encoder *", "state"}}};
  EXPECT_FALSE(Compose(encoders).ok());
  const std::vector<ModulesFrom> stateless = {{"one", one, {"encoder *", "decoder *"}}};
  EXPECT_THAT(Compose(stateless),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("no source gives 'state'")));
}

}  // namespace
}  // namespace consilium::training
