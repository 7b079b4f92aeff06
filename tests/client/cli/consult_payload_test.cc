#include "client/cli/consult_payload.h"

#include "base/file.h"
#include "gmock/gmock.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace consilium::cli {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::consilium::testing::TemporaryFolder;
using ::testing::HasSubstr;
using Rows = std::vector<std::vector<double>>;

api::Question QuestionOf(api::Question::Form form) {
  api::Question question;
  question.key = "q";
  question.form = form;
  question.width = 2;
  question.height = 2;
  question.components = {"hr", "rr"};
  return question;
}

api::Act Typed(std::string value) {
  return {api::Act::Kind::kObserve, "q", std::move(value), "", 0};
}

TEST(ConsultPayloadTest, ReadsTheNumbersOfAVector) {
  api::Act act = Typed("80, -1.5e1");
  ASSERT_THAT(ReadTyped(QuestionOf(api::Question::Form::kVector), act), IsOk());
  EXPECT_EQ(act.rows, (Rows{{80, -15}}));
  EXPECT_EQ(act.value, "");
}

TEST(ConsultPayloadTest, ReadsTheVectorsOfASeries) {
  api::Act act = Typed(" 80 16; 81 17 ;82 18;");
  ASSERT_THAT(ReadTyped(QuestionOf(api::Question::Form::kSeries), act), IsOk());
  EXPECT_EQ(act.rows, (Rows{{80, 16}, {81, 17}, {82, 18}}));
}

TEST(ConsultPayloadTest, SaysWhatToTypeInsteadOfWhatIsNoNumber) {
  api::Act act = Typed("80 high");
  EXPECT_THAT(ReadTyped(QuestionOf(api::Question::Form::kVector), act),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("expected 2 numbers (hr, rr)")));
  EXPECT_TRUE(act.rows.empty());
  act = Typed(" ; ");
  EXPECT_THAT(ReadTyped(QuestionOf(api::Question::Form::kSeries), act),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("no number")));
}

TEST(ConsultPayloadTest, ReadsTheFileOfAnImage) {
  const TemporaryFolder folder;
  ASSERT_THAT(WriteFile(folder / "scan.pgm", "P5 ..."), IsOk());
  api::Act act = Typed(folder / "scan.pgm");
  ASSERT_THAT(ReadTyped(QuestionOf(api::Question::Form::kImage), act), IsOk());
  EXPECT_EQ(act.image, "P5 ...");
  act = Typed(folder / "none.pgm");
  EXPECT_THAT(ReadTyped(QuestionOf(api::Question::Form::kImage), act),
              StatusIs(StatusCode::kNotFound, HasSubstr("none.pgm")));
}

TEST(ConsultPayloadTest, LeavesOtherAnswersAsTheyAre) {
  api::Act act = Typed("80 high");
  ASSERT_THAT(ReadTyped(QuestionOf(api::Question::Form::kOne), act), IsOk());
  EXPECT_EQ(act.value, "80 high");
}

TEST(ConsultPayloadTest, TellsHowMuchWasGivenAndNeverWhat) {
  const api::Question vector = QuestionOf(api::Question::Form::kVector);
  const api::Question series = QuestionOf(api::Question::Form::kSeries);
  const api::Question image = QuestionOf(api::Question::Form::kImage);
  api::Act act = Typed("");
  EXPECT_EQ(SummaryOf(&vector, act), "");
  act.rows = {{80, 16}};
  EXPECT_EQ(SummaryOf(&vector, act), "2 numbers");
  EXPECT_EQ(SummaryOf(&series, act), "1 measurement");
  EXPECT_EQ(SummaryOf(&image, act), "image");
  act.rows.push_back({81, 17});
  EXPECT_EQ(SummaryOf(&series, act), "2 measurements");
}

}  // namespace
}  // namespace consilium::cli
