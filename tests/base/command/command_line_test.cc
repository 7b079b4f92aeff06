#include "base/command/command_line.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

StatusOr<bool> Parse(CommandLine& line, std::vector<std::string> words) {
  words.insert(words.begin(), "tool");
  std::vector<char*> pointers;
  pointers.reserve(words.size());
  for (std::string& word : words) pointers.push_back(word.data());
  return line.Parse(static_cast<int>(pointers.size()), pointers.data());
}

class CommandLineTest : public ::testing::Test {
 protected:
  // What is wrong with a line of these words, or "".
  std::string Mistake(const std::vector<std::string>& words) {
    const StatusOr<bool> parsed = Parse(line_, words);
    return parsed.ok() ? "" : line_.Explain(parsed.status());
  }

  CommandLine line_{{.name = "tool", .what = "A tool.", .version = "7", .options_anywhere = true}};
};

TEST_F(CommandLineTest, SetsTargetsOfEveryKindAndCallsTheNamedCommand) {
  bool flag = false, called = false, other = false;
  int whole = 0;
  uint32_t small = 0;
  uint64_t large = 0;
  double real = 0;
  std::string place, word;
  std::vector<std::string> words;
  std::vector<uint64_t> numbers;
  const Command make = line_.program().Add("make", "Make");
  make.Option("place", &place, "");
  make.Option("--flag", &flag, "");
  make.Option("--whole", &whole, "");
  make.Option("--small", &small, "");
  make.Option("--large", &large, "");
  make.Option("--real", &real, "");
  make.Option("--word", &word, "");
  make.Option("--words", &words, "");
  make.Option("--numbers", &numbers, "", {.delimiter = ','});
  make.OnCall([&] { called = true; });
  line_.program().Add("other", "Other").OnCall([&] { other = true; });
  EXPECT_EQ(Mistake({"make", "here", "--flag", "--whole", "-3", "--small", "4", "--large",
                     "18446744073709551615", "--real", "1e-3", "--word", "w", "--words", "a", "b",
                     "--numbers", "1,2"}),
            "");
  EXPECT_TRUE(flag);
  EXPECT_EQ(place, "here");
  EXPECT_EQ(whole, -3);
  EXPECT_EQ(small, 4U);
  EXPECT_EQ(large, UINT64_MAX);
  EXPECT_EQ(real, 1e-3);
  EXPECT_EQ(word, "w");
  EXPECT_THAT(words, ElementsAre("a", "b"));
  EXPECT_THAT(numbers, ElementsAre(1U, 2U));
  EXPECT_TRUE(called);
  EXPECT_FALSE(other);
}

TEST_F(CommandLineTest, AnOptionalStringMayStandWithoutAValue) {
  std::optional<std::string> absent, bare, given;
  line_.program().Option("--absent", &absent, "");
  line_.program().Option("--bare", &bare, "");
  line_.program().Option("--given", &given, "");
  EXPECT_EQ(Mistake({"--bare", "--given", "x"}), "");
  EXPECT_EQ(absent, std::nullopt);
  EXPECT_EQ(bare, "");
  EXPECT_EQ(given, "x");
}

TEST_F(CommandLineTest, WhatBreaksARuleIsAMistake) {
  int number = 0;
  std::string word, name, needed;
  std::vector<std::string> hosts;
  const Command make = line_.program().Add("make", "Make");
  make.Option("--number", &number, "", {.within = Bounds{1, 3}});
  make.Option("--word", &word, "", {.words = {"red", "blue"}});
  make.Option("--name", &name, "",
              {.check = [](const std::string& given) { return InvalidArgument("no {}", given); }});
  make.Option("--host", &hosts, "", {.one_each = true});
  EXPECT_EQ(Mistake({"make", "--number", "3", "--word", "red", "--host", "a", "--host", "b"}), "");
  EXPECT_THAT(hosts, ElementsAre("a", "b"));
  EXPECT_THAT(Mistake({"make", "--number", "4"}), HasSubstr("--number: Value 4 not in range"));
  EXPECT_THAT(Mistake({"make", "--word", "green"}), HasSubstr("green not in {red,blue}"));
  EXPECT_THAT(Mistake({"make", "--name", "x"}), HasSubstr("--name: no x"));
  EXPECT_THAT(Mistake({"make", "--host", "a", "b"}), HasSubstr("not expected: b"));
  make.Option("--needed", &needed, "", {.required = true});
  EXPECT_EQ(Mistake({"make"}), "--needed is required; see tool make --help");
}

TEST_F(CommandLineTest, ExplainsAMissingAndAMisspeltCommand) {
  const Command pki = line_.program().Add("pki", "Keys");
  const Command init = pki.Add("init", "Begin");
  pki.Add("show", "Show");
  EXPECT_EQ(init.Path(), "tool pki init");
  EXPECT_EQ(Mistake({"pki"}), "'tool pki' needs a command: init, show; see tool pki --help");
  EXPECT_EQ(Mistake({"pki", "shwo"}),
            "'tool pki' has no command 'shwo'; did you mean 'show'?; see tool pki --help");
}

TEST_F(CommandLineTest, WritesHelpWithDefaultsAndFooterInsteadOfCalling) {
  bool called = false;
  int days = 30;
  const Command make = line_.program().Add("make", "Make", "Example:\n  tool make");
  make.Option("--days", &days, "Lifetime", {.show_default = true, .group = "Time"});
  make.OnCall([&] { called = true; });
  ::testing::internal::CaptureStdout();
  const StatusOr<bool> parsed = Parse(line_, {"make", "--help"});
  const std::string help = ::testing::internal::GetCapturedStdout();
  ASSERT_TRUE(parsed.ok());
  EXPECT_FALSE(*parsed);
  EXPECT_FALSE(called);
  EXPECT_THAT(help, HasSubstr("Time:\n  --days INT=30"));
  EXPECT_THAT(help, HasSubstr("Example:\n  tool make\n"));
}

}  // namespace
}  // namespace consilium
