#include "client/cli/answers.h"

#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
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

}  // namespace
}  // namespace consilium
