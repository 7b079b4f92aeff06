#include "base/command/work.h"

#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

struct Given {
  std::string file = "none";
};

class WorkTest : public ::testing::Test {
 protected:
  // What the command named by these words does.
  Status Run(std::string command, std::string file) {
    std::string name = "tool";
    char* words[] = {name.data(), command.data(), file.data()};
    const StatusOr<bool> parsed = line_.Parse(3, words);
    return parsed.ok() ? invocation_.action() : parsed.status();
  }

  std::ostringstream out_, err_;
  Invocation invocation_{.out = out_, .err = err_};
  CommandLine line_{{.name = "tool", .what = "A tool.", .version = "7"}};
};

TEST_F(WorkTest, IsCalledWithTheOptionsOfItsCommand) {
  const auto add = [&](const char* name, auto work) {
    const auto [command, given] =
        AddWork<Given>(line_.program(), invocation_, name, "Work", "a.txt", work);
    command.Option("file", &given->file, "");
  };
  add("fail", [](const Given& given, Invocation&) { return NotFound("no {}", given.file); });
  add("show", [](const Given& given) -> StatusOr<Output> {
    return Output{.text = "read " + given.file, .json = "{}"};
  });
  EXPECT_EQ(Message(Run("fail", "a.txt")), "no a.txt");
  EXPECT_TRUE(Run("show", "b.txt").ok());
  EXPECT_EQ(out_.str(), "read b.txt\n");
}

}  // namespace
}  // namespace consilium
