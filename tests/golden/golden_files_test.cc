#include "tests/golden/golden_files.h"

#include "gmock/gmock.h"

namespace consilium {
namespace {

TEST(GoldenFilesTest, AreReadableAndOfAKnownFormat) {
  const std::vector<GoldenFile> files = GoldenFiles();
  ASSERT_FALSE(files.empty()) << "no *.json in " << GoldenFolder();
  for (const GoldenFile& file : files) {
    EXPECT_NE(file.format, "unreadable") << file.name;
    EXPECT_NE(file.format, "unknown") << file.name << " is of no format that is compared";
  }
}

}  // namespace
}  // namespace consilium
