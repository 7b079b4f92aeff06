#include "client/cli/consult_payload.h"

#include "base/file.h"
#include "gmock/gmock.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace consilium {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::consilium::testing::TemporaryFolder;
using ::testing::HasSubstr;
using Rows = std::vector<std::vector<double>>;

Question QuestionOf(Question::Form form) {
  Question question;
  question.key = "q";
  question.form = form;
  question.width = 2;
  question.height = 2;
  question.components = {"hr", "rr"};
  return question;
}

Act Typed(std::string value) { return {Act::Kind::kObserve, "q", std::move(value), "", 0}; }

TEST(ConsultPayloadTest, ReadsTheNumbersOfAVector) {
  Act act = Typed("80, -1.5e1");
  ASSERT_THAT(ReadTyped(QuestionOf(Question::Form::kVector), act), IsOk());
  EXPECT_EQ(act.rows, (Rows{{80, -15}}));
  EXPECT_EQ(act.value, "");
}

TEST(ConsultPayloadTest, ReadsTheVectorsOfASeries) {
  Act act = Typed(" 80 16; 81 17 ;82 18;");
  ASSERT_THAT(ReadTyped(QuestionOf(Question::Form::kSeries), act), IsOk());
  EXPECT_EQ(act.rows, (Rows{{80, 16}, {81, 17}, {82, 18}}));
}

TEST(ConsultPayloadTest, SaysWhatToTypeInsteadOfWhatIsNoNumber) {
  Act act = Typed("80 high");
  EXPECT_THAT(ReadTyped(QuestionOf(Question::Form::kVector), act),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("expected 2 numbers (hr, rr)")));
  EXPECT_TRUE(act.rows.empty());
  act = Typed(" ; ");
  EXPECT_THAT(ReadTyped(QuestionOf(Question::Form::kSeries), act),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("no number")));
}

TEST(ConsultPayloadTest, ReadsTheFileOfAnImage) {
  const TemporaryFolder folder;
  ASSERT_THAT(WriteFile(folder / "scan.pgm", "P5 ..."), IsOk());
  Act act = Typed(folder / "scan.pgm");
  ASSERT_THAT(ReadTyped(QuestionOf(Question::Form::kImage), act), IsOk());
  EXPECT_EQ(act.image, "P5 ...");
  act = Typed(folder / "none.pgm");
  EXPECT_THAT(ReadTyped(QuestionOf(Question::Form::kImage), act),
              StatusIs(StatusCode::kNotFound, HasSubstr("none.pgm")));
}

TEST(ConsultPayloadTest, LeavesOtherAnswersAsTheyAre) {
  Act act = Typed("80 high");
  ASSERT_THAT(ReadTyped(QuestionOf(Question::Form::kOne), act), IsOk());
  EXPECT_EQ(act.value, "80 high");
}

TEST(ConsultPayloadTest, TellsHowMuchWasGivenAndNeverWhat) {
  const Question vector = QuestionOf(Question::Form::kVector);
  const Question series = QuestionOf(Question::Form::kSeries);
  const Question image = QuestionOf(Question::Form::kImage);
  Act act = Typed("");
  EXPECT_EQ(SummaryOf(&vector, act), "");
  act.rows = {{80, 16}};
  EXPECT_EQ(SummaryOf(&vector, act), "2 numbers");
  EXPECT_EQ(SummaryOf(&series, act), "1 measurement");
  EXPECT_EQ(SummaryOf(&image, act), "image");
  act.rows.push_back({81, 17});
  EXPECT_EQ(SummaryOf(&series, act), "2 measurements");
}

}  // namespace
}  // namespace consilium
