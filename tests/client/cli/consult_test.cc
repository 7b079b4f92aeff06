#include <sstream>

#include "client/cli/consult_dialogue.h"
#include "client/cli/consult_line.h"
#include "client/cli/consult_script.h"
#include "client/cli/consult_view.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/client/cli/scripted_node.h"
#include "tests/support/matchers.h"

namespace consilium::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HeartQuestionnaire;
using testing::IsOk;
using ::testing::Not;
using testing::ScriptedNode;
using testing::StatusIs;

using Kind = TypedLine::Kind;

// What was sent after the beginning: "observe fbs 1".
std::vector<std::string> Sent(const ScriptedNode& node) {
  static constexpr const char* kNames[] = {"begin",    "observe", "revise",
                                           "withdraw", "unknown", "what-if"};
  std::vector<std::string> sent;
  for (size_t i = 1; i < node.acts.size(); ++i) {
    const api::Act& act = node.acts[i];
    sent.push_back(std::string(kNames[static_cast<int>(act.kind)]) + " " + act.feature +
                   (act.value.empty() ? "" : " " + act.value));
  }
  return sent;
}

struct Held {
  ScriptedNode node;
  Status status;
  std::string shown;
};

// A dialogue in which `typed` is typed.
Held Hold(const std::string& typed) {
  Held held;
  std::istringstream in(typed);
  std::ostringstream out;
  const api::Questionnaire questionnaire = HeartQuestionnaire();
  const auto view = NewTextView(questionnaire, {}, out);
  held.status = RunDialogue(questionnaire, 3, held.node, *view, in, out);
  held.shown = out.str();
  return held;
}

TEST(ConsultDialogueTest, AsksTheBestQuestionFirstAndEndsWhenNothingIsMissing) {
  const Held held = Hold("1\nNO PAIN\n54\n");
  EXPECT_THAT(held.status, IsOk());
  EXPECT_THAT(Sent(held.node), ElementsAre("observe fbs 1", "observe cp none", "observe age 54"));
  EXPECT_EQ(held.node.acts[0].suggestions, 3U);
  EXPECT_THAT(held.shown, HasSubstr("Nothing is missing"));
}

TEST(ConsultDialogueTest, EndsAtTheEndOfInputSayingWhatIsMissing) {
  const Held held = Hold("yes\n");
  EXPECT_THAT(Sent(held.node), ElementsAre("observe fbs 1"));
  EXPECT_THAT(held.shown, HasSubstr("Missing: age cp"));
  EXPECT_THAT(held.shown, HasSubstr("Best to ask next"));
}

TEST(ConsultDialogueTest, SkippingAsksSomethingElseAndComesBackAtTheEnd) {
  const Held held = Hold("\nskip\n60\n1\n0\n");
  EXPECT_THAT(Sent(held.node),
              ElementsAre("observe age 60", "observe cp typical", "observe fbs 0"));
}

TEST(ConsultDialogueTest, BackTakesTheLastAnswerBackAndAsksAgain) {
  const Held held = Hold("1\nback\n0\ndone\n");
  EXPECT_THAT(Sent(held.node), ElementsAre("observe fbs 1", "withdraw fbs", "observe fbs 0"));
}

TEST(ConsultDialogueTest, WhatIsUnknownIsNotAskedAgain) {
  const Held held = Hold("unknown\nunknown\n50\n");
  EXPECT_THAT(Sent(held.node), Contains("unknown fbs"));
}

TEST(ConsultDialogueTest, RevisesWithdrawsAndWondersAboutNamedQuestions) {
  const Held held = Hold("ask age\n50\nrevise age 51\nrevise age\n52\nif 1\nwithdraw age\ndone\n");
  EXPECT_THAT(Sent(held.node), ElementsAre("observe age 50", "revise age 51", "revise age 52",
                                           "what-if fbs 1", "withdraw age"));
}

TEST(ConsultDialogueTest, ShowsWhyAnAnswerWasNotTakenAndAsksAgain) {
  const Held held = Hold("ask age\nbad\n50\ndone\n");
  EXPECT_THAT(Sent(held.node), ElementsAre("observe age bad", "observe age 50"));
  EXPECT_THAT(held.shown, HasSubstr("not taken: age is too high"));
}

TEST(ConsultDialogueTest, SaysWhyItAsksAndWhatAnswersChanged) {
  const Held held = Hold("1\nwhy\ndone\n");
  EXPECT_THAT(held.shown, HasSubstr("cp: its answer is expected to settle 0.250 bits"));
  EXPECT_THAT(held.shown, HasSubstr("What each answer did to the odds of disease=yes"));
  EXPECT_THAT(held.shown, HasSubstr("+0.50  odds x 1.65  now +0.40"));
  EXPECT_TRUE(held.node.acts[0].explain);
}

TEST(ConsultDialogueTest, TellsWhatIsExpectedOfAnswersNotGiven) {
  const Held held = Hold("expect\ndone\n");
  EXPECT_THAT(held.shown, HasSubstr("54.2 ± 9.9 years"));
  EXPECT_THAT(held.shown, HasSubstr("No pain 75 %, Typical angina 25 %"));
}

TEST(ConsultDialogueTest, SaysThatAQuestionDoesNotExist) {
  const Held held = Hold("withdraw pulse\nask\ndone\n");
  EXPECT_THAT(Sent(held.node), ElementsAre());
  EXPECT_THAT(held.shown, HasSubstr("no question \"pulse\""));
}

TEST(ConsultLineTest, TellsCommandsFromValues) {
  EXPECT_EQ(ParseTypedLine("  SKIP ").kind, Kind::kSkip);
  EXPECT_EQ(ParseTypedLine("").kind, Kind::kSkip);
  EXPECT_EQ(ParseTypedLine("skip it").kind, Kind::kValue);
  EXPECT_EQ(ParseTypedLine("revise").kind, Kind::kHelp);
  const TypedLine revise = ParseTypedLine("revise cp  no pain");
  EXPECT_EQ(revise.feature, "cp");
  EXPECT_EQ(revise.value, "no pain");
  EXPECT_EQ(ParseTypedLine("typical angina").value, "typical angina");
}

TEST(ConsultLineTest, TakesACategoryByNumberValueOrLabel) {
  const api::Questionnaire heart = HeartQuestionnaire();
  EXPECT_EQ(ValueTyped(*heart.Find("cp"), "2"), "none");
  EXPECT_EQ(ValueTyped(*heart.Find("cp"), "no PAIN"), "none");
  EXPECT_EQ(ValueTyped(*heart.Find("cp"), "3"), "3") << "for the node to refuse";
  EXPECT_EQ(ValueTyped(*heart.Find("fbs"), "1"), "1") << "its own number, not the second";
  EXPECT_EQ(ValueTyped(*heart.Find("fbs"), "no"), "0");
}

TEST(ConsultScriptTest, ShowsFeatureValueProbabilityAndChangeOfEachStep) {
  ScriptedNode node;
  std::ostringstream out;
  const api::Questionnaire questionnaire = HeartQuestionnaire();
  const auto view = NewTextView(questionnaire, {}, out);
  const std::vector<ToldAnswer> answers = {{"age", "54", "", false}, {"cp", "none", "", false}};
  EXPECT_THAT(RunScript(answers, 3, node, *view), IsOk());
  EXPECT_THAT(out.str(), HasSubstr("age"));
  EXPECT_THAT(out.str(), HasSubstr("54 years"));
  EXPECT_THAT(out.str(), HasSubstr("No pain"));
  EXPECT_THAT(out.str(), HasSubstr(" 40.0 %  +10.0"));
  EXPECT_THAT(out.str(), Not(HasSubstr("\x1b"))) << "no colour outside a terminal";
}

TEST(ConsultScriptTest, MarksStepsAtWhichTheModelAbstainsAndSaysWhatTheLastIsWorth) {
  ScriptedNode node;
  node.calibrated = true;
  std::ostringstream out;
  const api::Questionnaire questionnaire = HeartQuestionnaire();
  const auto view = NewTextView(questionnaire, {}, out);
  EXPECT_THAT(RunScript({{"age", "54", "", false}}, 3, node, *view), IsOk());
  EXPECT_THAT(out.str(), HasSubstr(" 30.0 %  +10.0 ?\n"));
  EXPECT_THAT(out.str(), HasSubstr("disease: no or yes; the model abstains"));
  EXPECT_THAT(RunScript({{"cp", "none", "", false}}, 3, node, *view), IsOk());
  EXPECT_THAT(out.str(), HasSubstr(" 40.0 %  +10.0\n"));
  EXPECT_THAT(out.str(), HasSubstr("disease: no\n"));
  EXPECT_THAT(out.str(), HasSubstr("right for 90 % of the patients of each class; 110 patients"));
}

TEST(ConsultScriptTest, GivesTheConformalSetToMachines) {
  ScriptedNode node;
  node.calibrated = true;
  std::ostringstream out;
  const api::Questionnaire questionnaire = HeartQuestionnaire();
  const auto view = NewJsonView(questionnaire, out);
  EXPECT_THAT(RunScript({}, 3, node, *view), IsOk());
  EXPECT_THAT(out.str(), HasSubstr(R"("set":["no","yes"],"coverage":0.9,"abstain":true)"));
}

TEST(ConsultScriptTest, GoesOnAfterAnAnswerThatIsNotTakenAndSaysSoAtTheEnd) {
  ScriptedNode node;
  std::ostringstream out;
  const api::Questionnaire questionnaire = HeartQuestionnaire();
  const auto view = NewTextView(questionnaire, {}, out);
  const std::vector<ToldAnswer> answers = {{"age", "bad", "", false}, {"cp", "unknown", "", true}};
  EXPECT_THAT(RunScript(answers, 3, node, *view),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("1 of 2")));
  EXPECT_THAT(Sent(node), ElementsAre("observe age bad", "unknown cp"));
}

TEST(ConsultScriptTest, WritesOneJsonValueALine) {
  ScriptedNode node;
  std::ostringstream out;
  const api::Questionnaire questionnaire = HeartQuestionnaire();
  const auto view = NewJsonView(questionnaire, out);
  const std::vector<ToldAnswer> answers = {{"age", "54", "", false}, {"cp", "bad", "", false}};
  EXPECT_FALSE(RunScript(answers, 3, node, *view).ok());
  std::vector<nlohmann::json> lines;
  std::istringstream text(out.str());
  for (std::string line; std::getline(text, line);) lines.push_back(nlohmann::json::parse(line));
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0]["event"], "begin");
  EXPECT_EQ(lines[1]["feature"], "age");
  EXPECT_NEAR(lines[1]["outcomes"][0]["probabilities"]["yes"].get<double>(), 0.3, 1e-9);
  EXPECT_EQ(lines[1]["contributions"][0]["feature"], "age");
  EXPECT_EQ(lines[1]["contributions"][0]["outcomes"][0]["left_out"], 0.4);
  EXPECT_EQ(lines[1]["expected"][1]["probabilities"]["none"], 0.75);
  EXPECT_EQ(lines[2]["refused"]["reason"], "OUT_OF_RANGE");
  EXPECT_EQ(lines[3]["missing"][0], "cp");
}

TEST(ConsultViewTest, DrawsBarsAndColoursOnATerminal) {
  ScriptedNode node;
  std::ostringstream out;
  const api::Questionnaire questionnaire = HeartQuestionnaire();
  const auto view = NewTextView(questionnaire, {.colour = true, .drawn = true}, out);
  EXPECT_THAT(RunScript({{"age", "54", "", false}}, 3, node, *view), IsOk());
  EXPECT_THAT(out.str(), HasSubstr("██████ "));
  EXPECT_THAT(out.str(), HasSubstr("\x1b[33m▲ +10.0\x1b[0m"));
}

}  // namespace
}  // namespace consilium::cli
