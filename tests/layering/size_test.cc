// One idea a file: past a length, a file is asked why.
#include <algorithm>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "tests/layering/source_tree.h"

namespace consilium {
namespace {

constexpr int kHeaderLines = 150;
constexpr int kSourceLines = 400;

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

TEST(SizeTest, NoFileOutgrowsOneIdea) {
  for (const SourceFile& file :
       ReadSources({"base", "modules", "server", "client", "lab", "bench", "tests"})) {
    EXPECT_LE(file.lines, Limit(file)) << file.path << ": split it by ideas";
  }
}

}  // namespace
}  // namespace consilium
