#include "server/training/optimisation.h"

#include "base/toml.h"
#include "gmock/gmock.h"
#include "server/training/read_options.h"
#include "tests/support/matchers.h"

namespace consilium::training {
namespace {

using ::consilium::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

StatusOr<TrainingOptions> Read(std::string_view toml) {
  ASSIGN_OR_RETURN(TomlDocument document, TomlDocument::Parse(toml, "plan.toml"));
  TomlTable root = document.root();
  TrainingOptions options;
  ReadTrainingOptions(root, options);
  RETURN_IF_ERROR(document.Finish());
  return options;
}

TEST(OptimisationTest, ReadsEveryOptimiserAndRate) {
  for (const char* name : {"sgd", "nesterov", "adam", "adamw", "adam_l2", "adagrad"}) {
    const auto options = Read("[training]\noptimiser = '" + std::string(name) + "'\n");
    ASSERT_TRUE(options.ok()) << options.status();
    EXPECT_NE(OptimiserOf(*options, 3), nullptr) << name;
  }
  const auto options = Read(
      "[training]\nrate = 'step'\nlearning_rate = 1\nrate_milestones = [0.5]\nrate_factor = 0.1\n"
      "local_epochs = 2\ngradient_clip_by = 'module'\nbeta1 = 0.5\n");
  ASSERT_TRUE(options.ok()) << options.status();
  const optim::RateSchedule rates = RatesOf(*options, 10);
  EXPECT_THAT(rates.milestones, ElementsAre(10));
  EXPECT_DOUBLE_EQ(optim::RateAt(rates, 9), 1);
  EXPECT_DOUBLE_EQ(optim::RateAt(rates, 10), 0.1);
  EXPECT_EQ(options->gradient_clip_by, optim::ClipScope::kModule);
  EXPECT_DOUBLE_EQ(options->beta1, 0.5);
}

TEST(OptimisationTest, NamesTheNearestOptimiser) {
  EXPECT_THAT(Read("[training]\noptimiser = 'adam2'\n"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("expected one of: sgd, nesterov")));
  EXPECT_THAT(Read("[training]\nrate_milestones = [0.5, 2]\n"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("has 2, expected 0 to 1")));
}

TEST(OptimisationTest, AveragesNeedWindowsOrDecaysAndPatientsToSelectThem) {
  EXPECT_THAT(Read("[ema]\nwindows = [0.1]\n"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("set validation in [evaluation]")));
  EXPECT_THAT(Read("[evaluation]\nvalidation = 0.1\n[ema]\nperiod = 2\n"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("one of them")));
  const auto options =
      Read("[evaluation]\nvalidation = 0.1\n[ema]\nwindows = [0.05, 0.1]\nselect = 'score'\n");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_THAT(options->ema.windows, ElementsAre(0.05, 0.1));
  EXPECT_EQ(options->ema.select, SelectBy::kScore);
}

TEST(OptimisationTest, StoppingEarlyNeedsPatientsToStopBy) {
  const std::string stopping = "[training]\nearly_stopping = { patience = 3, min_delta = 0.01 }\n";
  EXPECT_THAT(Read(stopping), StatusIs(StatusCode::kInvalidArgument, HasSubstr("validation")));
  const auto options = Read(stopping + "[evaluation]\nvalidation = 0.1\n");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->early_stopping.patience, 3);
  EXPECT_DOUBLE_EQ(options->early_stopping.min_delta, 0.01);
}

}  // namespace
}  // namespace consilium::training
