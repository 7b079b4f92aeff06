#include "client/cli/answers.h"

#include "base/file.h"
#include "gtest/gtest.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace consilium::cli {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::consilium::testing::TemporaryFolder;
using ::testing::HasSubstr;

TEST(AnswersTest, KeepsTheOrderOfTheFile) {
  const auto answers = ParseAnswers(
      "sex = \"male\"\nage = 38\noldpeak = -1.1\ntrestbps = { value = 100, unit = \"mmHg\" }\n"
      "chol = \"unknown\"\n",
      "answers.toml");
  ASSERT_THAT(answers, IsOk());
  ASSERT_EQ(answers->size(), 5u);
  EXPECT_EQ((*answers)[0].feature, "sex");
  EXPECT_EQ((*answers)[0].value, "male");
  EXPECT_EQ((*answers)[1].value, "38");
  EXPECT_EQ((*answers)[2].value, "-1.1");
  EXPECT_EQ((*answers)[3].unit, "mmHg");
  EXPECT_EQ((*answers)[3].value, "100");
  EXPECT_TRUE((*answers)[4].unknown);
}

TEST(AnswersTest, TellsAllThatIsWrong) {
  const auto answers =
      ParseAnswers("age = true\nchol = { vale = 3 }\noldpeak = nan\n", "answers.toml");
  EXPECT_THAT(answers, StatusIs(StatusCode::kInvalidArgument,
                                HasSubstr("answers.toml:1:1: 'age' is neither")));
  EXPECT_THAT(answers, StatusIs(StatusCode::kInvalidArgument,
                                HasSubstr("unknown key 'vale'; did you mean 'value'?")));
  EXPECT_THAT(answers, StatusIs(StatusCode::kInvalidArgument,
                                HasSubstr("'oldpeak' is nan, expected a finite number")));
}

TEST(AnswersTest, RefusesAnAnswerThatIsThereTwice) {
  EXPECT_THAT(ParseAnswers("age = 1\nage = 2\n", "answers.toml"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("answers.toml:2")));
}

TEST(AnswersTest, ReadsVectorsSeriesAndImages) {
  const TemporaryFolder folder;
  ASSERT_THAT(WriteFile(folder / "scan.pgm", "P5 1 1 255\na"), IsOk());
  const auto answers = ParseAnswers(
      "labs = [140, 4.5]\nvitals = [[80, 16], [82, 17]]\nscan = { file = 'scan.pgm' }\n"
      "gas = { value = [7.4], unit = 'kPa' }\n",
      "a.toml", folder.path());
  ASSERT_THAT(answers, IsOk());
  const std::vector<std::vector<double>> labs = {{140, 4.5}}, vitals = {{80, 16}, {82, 17}},
                                         gas = {{7.4}};
  EXPECT_EQ((*answers)[0].rows, labs);
  EXPECT_EQ((*answers)[1].rows, vitals);
  EXPECT_EQ((*answers)[2].image, "P5 1 1 255\na");
  EXPECT_EQ((*answers)[3].rows, gas);
  EXPECT_EQ((*answers)[3].unit, "kPa");
}

TEST(AnswersTest, SaysWhatIsWrongWithAVectorOrAnImage) {
  EXPECT_THAT(ParseAnswers("labs = [140, nan]", "a.toml"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("expected a finite number")));
  EXPECT_THAT(ParseAnswers("labs = [[1], 2]", "a.toml"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("an array like those before")));
  EXPECT_THAT(ParseAnswers("scan = { file = 'none.pgm' }", "a.toml"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("none.pgm")));
}

}  // namespace
}  // namespace consilium::cli
