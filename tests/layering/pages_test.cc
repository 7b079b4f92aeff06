// A page names no file or folder that is not there: whoever moves one changes its page.
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/layering/source_tree.h"

namespace consilium {
namespace {

// The paths of the tree that a line of Markdown names in code, but for patterns and NAMEs to fill
// in.
std::vector<std::string> PathsIn(const std::string& line) {
  static const std::regex kPath(
      R"(`((?:base|modules|server|client|lab|bench|tests|proto|deploy|cmake)/[a-z0-9_./-]*)`)");
  std::vector<std::string> paths;
  for (std::sregex_iterator at(line.begin(), line.end(), kPath), end; at != end; ++at) {
    paths.push_back((*at)[1]);
  }
  return paths;
}

std::vector<std::string> Pages() {
  std::vector<std::string> pages = {"README.md", "CONTRIBUTING.md"};
  for (const auto& entry : std::filesystem::recursive_directory_iterator("docs")) {
    if (entry.path().extension() == ".md") pages.push_back(entry.path().generic_string());
  }
  return pages;
}

TEST(PagesTest, NameOnlyPathsThatAreThere) {
  size_t named = 0;
  for (const std::string& page : Pages()) {
    for (const std::string& line : LinesOf(page)) {
      for (const std::string& path : PathsIn(line)) {
        ++named;
        // Of a header and its source the common part may stand for both.
        EXPECT_TRUE(std::filesystem::exists(path) || std::filesystem::exists(path + ".h"))
            << page << " names " << path << ", which is not there";
      }
    }
  }
  EXPECT_GT(named, 50U) << "run from the root of the source tree";
}

TEST(PagesTest, APathIsWhatStandsInCodeAndNoPattern) {
  EXPECT_THAT(PathsIn("`lab/air` and `server/data/csv.cc`, not `lab/NAME.cc` nor base/file.h"),
              ::testing::ElementsAre("lab/air", "server/data/csv.cc"));
}

}  // namespace
}  // namespace consilium
