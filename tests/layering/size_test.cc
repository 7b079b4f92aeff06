// One idea a file, one step a function: past a length, it is asked why.
#include <algorithm>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "tests/layering/source_tree.h"

namespace consilium {
namespace {

constexpr int kHeaderLines = 150;
constexpr int kSourceLines = 400;
constexpr int kFunctionLines = 40;

// A file that may be longer, and why it is still one idea.
struct Exception {
  std::string_view path;
  int lines;
  std::string_view reason;
};

const std::vector<Exception> kExceptions = {
    {"modules/compress/kernels/loops.h", 300, "a source in all but name: compiled once a width"},
};

int Limit(const SourceFile& file) {
  const auto exception =
      std::ranges::find(kExceptions, std::string_view(file.path), &Exception::path);
  if (exception != kExceptions.end()) return exception->lines;
  return file.IsHeader() ? kHeaderLines : kSourceLines;
}

// The longest of the functions that begin in the first column, its comment left out, and the line
// where it ends.
struct Longest {
  int lines = 0;
  int end = 0;
};

Longest LongestFunction(const std::vector<std::string>& lines) {
  Longest longest;
  int begin = 0;
  for (int i = 0; i < static_cast<int>(lines.size()); ++i) {
    const std::string& line = lines[static_cast<size_t>(i)];
    const int length = i - begin + 1;
    if (line == "}" && length > longest.lines) longest = {length, i + 1};
    const bool next_is_outside = i + 1 < static_cast<int>(lines.size()) &&
                                 !lines[static_cast<size_t>(i + 1)].starts_with(' ');
    if ((line.empty() && next_is_outside) || line.starts_with("//") || line == "}") begin = i + 1;
  }
  return longest;
}

TEST(SizeTest, NoFunctionOfTheProductIsLongerThanAScreen) {
  for (const SourceFile& file :
       ReadSources({"base", "modules", "server", "client", "lab", "bench"})) {
    const Longest longest = LongestFunction(LinesOf(file.path));
    EXPECT_LE(longest.lines, kFunctionLines)
        << file.path << ": the function that ends in line " << longest.end;
  }
}

TEST(SizeTest, NoFileOutgrowsOneIdea) {
  for (const SourceFile& file :
       ReadSources({"base", "modules", "server", "client", "lab", "bench", "tests"})) {
    EXPECT_LE(file.lines, Limit(file)) << file.path << ": split it by ideas";
  }
}

}  // namespace
}  // namespace consilium
