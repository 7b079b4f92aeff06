#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/describe_fields.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/federation/declare_plan.h"
#include "tests/support/matchers.h"

// docs/formats/plan.md against what is declared of a plan's keys.
namespace consilium::federation {
namespace {

using ::consilium::testing::IsOk;
using ::testing::Contains;

// By table each key's line, the comment's continuation included.
using Tables = std::map<std::string, std::vector<std::string>>;

std::string DescriptionOf(Plan plan) {
  return DescribeFields([&](Fields& fields) { DeclarePlan(fields, plan); });
}

// A key that has only an example may stand in a comment or not.
std::string Uncommented(const std::string& line) {
  return line.starts_with("# ") ? line.substr(2) : line;
}

// Without the spaces that bring comments into their column.
std::string Spaced(const std::string& line) {
  std::string spaced;
  for (const char c : line) {
    if (c != ' ' || !spaced.ends_with(' ')) spaced += c;
  }
  return spaced;
}

Tables TablesOf(const std::string& text) {
  Tables tables;
  std::vector<std::string>* table = nullptr;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.starts_with("[")) {
      table = &tables[line.substr(0, line.find(']') + 1)];
    }
    if (table == nullptr || line.empty()) continue;
    if (line.starts_with(" ") && !table->empty()) {
      table->back() += "\n" + Spaced(line);
    } else {
      table->push_back(Spaced(Uncommented(line)));
    }
  }
  return tables;
}

// All blocks of TOML, which show a whole plan.
std::string ShownPlan() {
  const auto page = ReadFile(std::filesystem::path(CONSILIUM_SOURCE_DIR) / "docs/formats/plan.md");
  EXPECT_THAT(page, IsOk());
  const std::string begin = "```toml\n";
  std::string shown;
  for (size_t from = page->find(begin); from != page->npos; from = page->find(begin, from)) {
    from += begin.size();
    shown += page->substr(from, page->find("```", from) - from);
  }
  return shown;
}

TEST(PlanPageTest, ShowsEveryDeclaredKeyWithItsDefaultWordsRangeAndMeaning) {
  const Tables page = TablesOf(ShownPlan());
  for (const auto& [table, lines] : TablesOf(DescriptionOf({}))) {
    ASSERT_TRUE(page.contains(table)) << table << " is declared, and not in docs/formats/plan.md";
    for (const std::string& line : lines) EXPECT_THAT(page.at(table), Contains(line)) << table;
  }
}

TEST(PlanPageTest, ShowsNoKeyThatIsNotDeclared) {
  const std::set<std::string> read_by_hand = {"[schedule] topology"};
  const Tables declared = TablesOf(DescriptionOf({}));
  for (const auto& [table, lines] : TablesOf(ShownPlan())) {
    if (!declared.contains(table)) continue;
    for (const std::string& line : lines) {
      if (read_by_hand.contains(table + " " + line.substr(0, line.find(' ')))) continue;
      EXPECT_THAT(declared.at(table), Contains(line)) << table;
    }
  }
}

TEST(PlanPageTest, APlanOfNothingButItsSitesHasTheDeclaredDefaults) {
  auto plan = ParsePlan("[run]\nsites = ['a', 'b']\n", "plan.toml");
  ASSERT_THAT(plan, IsOk());
  EXPECT_EQ(DescriptionOf(*plan), DescriptionOf({}));
}

}  // namespace
}  // namespace consilium::federation
