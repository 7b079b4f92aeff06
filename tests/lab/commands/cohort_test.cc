#include "lab/commands/cohort.h"

#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "base/file.h"
#include "client/cli/answers.h"
#include "gtest/gtest.h"
#include "lab/commands/schema.h"
#include "tests/support/matchers.h"

namespace consilium::commands {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;

// A synthetic site in a folder of its own.
class CohortCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_);
    const auto made = SynthesiseCohort({.schema = files_.schema,
                                        .mapping = files_.mapping,
                                        .site = "va",
                                        .patients = 50,
                                        .seed = 1,
                                        .out = files_.csv});
    ASSERT_THAT(made, IsOk());
    EXPECT_THAT(made->text, HasSubstr("synthetic"));
  }
  CohortAnswers AnswersOf(int patient, double share) const {
    CohortAnswers options;
    options.files = files_;
    options.holdout.share = share;
    options.patient = patient;
    options.out = folder_ + "answers.toml";
    return options;
  }

  void TearDown() override { std::filesystem::remove_all(folder_); }

  const std::string folder_ =
      ::testing::TempDir() + "cohort_command." + std::to_string(getpid()) + "/";
  const CohortFiles files_ = {"examples/heart/schema.toml", "examples/heart/sites/va.toml",
                              folder_ + "va.csv"};
};

TEST_F(CohortCommandTest, CheckSaysWhatAFileHolds) {
  const auto verdict = CheckCohort(files_);
  ASSERT_THAT(verdict, IsOk());
  EXPECT_EQ(verdict->findings, 0);
  EXPECT_THAT(verdict->output.text, HasSubstr("50 rows, 0 skipped"));
  EXPECT_THAT(verdict->output.json, HasSubstr("\"rows\": 50"));
}

TEST_F(CohortCommandTest, CheckListsFindings) {
  const auto text = ReadFile(files_.csv);
  ASSERT_THAT(text, IsOk());
  ASSERT_THAT(WriteFile(files_.csv, *text + "300,1,4,,,,,,,,,,,0\n"), IsOk());
  const auto verdict = CheckCohort(files_);
  ASSERT_THAT(verdict, IsOk());
  EXPECT_EQ(verdict->findings, 1);
  EXPECT_THAT(verdict->output.text,
              HasSubstr("line 52, column 1 (age): '300', expected 18 to 100 years"));
}

TEST_F(CohortCommandTest, SplitPutsEveryRowIntoOneOfTwoFiles) {
  CohortSplit split;
  split.files = files_;
  split.train = folder_ + "train.csv";
  split.test = folder_ + "test.csv";
  ASSERT_THAT(SplitCohort(split), IsOk());
  const auto train = CheckCohort({files_.schema, files_.mapping, split.train});
  const auto test = CheckCohort({files_.schema, files_.mapping, split.test});
  ASSERT_THAT(train, IsOk());
  ASSERT_THAT(test, IsOk());
  EXPECT_THAT(train->output.text, HasSubstr("40 rows"));
  EXPECT_THAT(test->output.text, HasSubstr("10 rows"));
}

TEST_F(CohortCommandTest, AnswersAreThoseOfAHeldOutPatient) {
  const auto answers = AnswersOfPatient(AnswersOf(2, 0.2));
  ASSERT_THAT(answers, IsOk());
  EXPECT_THAT(answers->text, HasSubstr("Held-out patient 2 of 10"));
  const auto told = cli::LoadAnswers(folder_ + "answers.toml");
  ASSERT_THAT(told, IsOk());
  ASSERT_GE(told->size(), 4u);
  EXPECT_EQ((*told)[0].feature, "age");
  EXPECT_EQ((*told)[1].feature, "sex");
  EXPECT_THAT(AnswersOfPatient(AnswersOf(11, 0.2)),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("expected 1 to 10")));
}

TEST_F(CohortCommandTest, RefusesAShareThatHoldsOutNobodyOrEverybody) {
  for (const double share : {0., 1., -1., std::nan("")}) {
    EXPECT_THAT(AnswersOfPatient(AnswersOf(1, share)),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr("held-out share")));
  }
}

TEST_F(CohortCommandTest, SchemaCheckShowsAndRefuses) {
  const auto shown = CheckSchema(files_.schema);
  ASSERT_THAT(shown, IsOk());
  EXPECT_THAT(shown->text, HasSubstr("heart-disease@1: 13 features, 1 outcomes"));
  EXPECT_THAT(shown->json, HasSubstr("\"http://loinc.org\""));
  ASSERT_THAT(WriteFile(folder_ + "bad.toml", "schema = 1\n"), IsOk());
  EXPECT_THAT(CheckSchema(folder_ + "bad.toml"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("'schema' is an integer")));
}

}  // namespace
}  // namespace consilium::commands
