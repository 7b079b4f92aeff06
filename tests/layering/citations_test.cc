// A comment that cites docs/papers.md names one of its headings: what it refers to is there.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/layering/source_tree.h"

namespace consilium {
namespace {

constexpr std::string_view kPage = "docs/papers.md";
constexpr std::string_view kName = "papers.md";

struct Citation {
  int line = 0;
  bool with_folder = false;
  std::string after;  // what follows the page's name, here and in the next line of a comment
};

std::vector<std::string> HeadingsOf(const std::vector<std::string>& page) {
  constexpr std::string_view kMark = "## ";
  std::vector<std::string> headings;
  for (const std::string& line : page) {
    if (line.starts_with(kMark)) headings.push_back(line.substr(kMark.size()));
  }
  return headings;
}

// The words of a line that is nothing but a comment; of any other nothing.
std::string_view CommentOf(std::string_view line) {
  constexpr std::string_view kMark = "// ";
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return line.starts_with(kMark) ? line.substr(kMark.size()) : std::string_view();
}

std::vector<Citation> CitationsIn(const std::vector<std::string>& lines) {
  std::vector<Citation> citations;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    const std::string_view next = i + 1 < lines.size() ? CommentOf(lines[i + 1]) : "";
    for (size_t at = line.find(kName); at != std::string_view::npos;
         at = line.find(kName, at + 1)) {
      const size_t end = at + kName.size();
      Citation citation{.line = static_cast<int>(i + 1),
                        .with_folder = line.substr(0, end).ends_with(kPage),
                        .after = std::string(line.substr(end))};
      if (!next.empty()) citation.after.append(" ").append(next);
      citations.push_back(std::move(citation));
    }
  }
  return citations;
}

// A heading ends where the sentence, the bracket or the string does.
bool Names(std::string_view after, std::string_view heading) {
  if (!after.starts_with(", ") || !after.substr(2).starts_with(heading)) return false;
  after.remove_prefix(2 + heading.size());
  return after.empty() || std::string_view(".,:;)\"").find(after.front()) != std::string_view::npos;
}

bool IsSound(const Citation& citation, const std::vector<std::string>& headings) {
  return citation.with_folder && std::ranges::any_of(headings, [&](const std::string& heading) {
           return Names(citation.after, heading);
         });
}

TEST(CitationsTest, NameAHeadingOfThePageOfSources) {
  const std::vector<std::string> headings = HeadingsOf(LinesOf(std::string(kPage)));
  ASSERT_GT(headings.size(), 10U) << "run from the root of the source tree";
  int found = 0;
  for (const SourceFile& file :
       ReadSources({"base", "modules", "server", "client", "lab", "bench", "tests"})) {
    if (file.path.ends_with("/citations_test.cc")) continue;  // speaks of them
    for (const Citation& citation : CitationsIn(LinesOf(file.path))) {
      ++found;
      EXPECT_TRUE(IsSound(citation, headings))
          << file.path << ":" << citation.line << ": cites '" << kName << citation.after
          << "', expected '" << kPage << ", HEADING' with one of its headings";
    }
  }
  EXPECT_GT(found, 0);
}

TEST(CitationsTest, GoOnInTheNextLineOfAComment) {
  const std::vector<Citation> citations =
      CitationsIn({"  // As in docs/papers.md, Gradient", "  // tracking, but faster."});
  ASSERT_EQ(citations.size(), 1U);
  EXPECT_EQ(citations[0].line, 1);
  EXPECT_TRUE(IsSound(citations[0], {"Gossip", "Gradient tracking"}));
  EXPECT_FALSE(IsSound(citations[0], {"Gossip", "Gradient"}));
}

TEST(CitationsTest, AreNoSectionNumbersAndNameTheFolder) {
  const auto sound = [](const std::string& line) {
    return IsSound(CitationsIn({line}).at(0), {"RelaySum"});
  };
  EXPECT_TRUE(sound("// RelaySGD (docs/papers.md, RelaySum)."));
  EXPECT_TRUE(sound("// docs/papers.md, RelaySum"));
  EXPECT_FALSE(sound("// docs/papers.md, section 7"));
  EXPECT_FALSE(sound("// docs/papers.md"));
  EXPECT_FALSE(sound("// papers.md, RelaySum"));
}

}  // namespace
}  // namespace consilium
