#include "base/file.h"

#include <unistd.h>

#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::IsOkAndHolds;
using ::consilium::testing::StatusIs;

class FileTest : public ::testing::Test {
 protected:
  void TearDown() override { unlink(path_.c_str()); }
  const std::string path_ = ::testing::TempDir() + "file_test." + std::to_string(getpid());
};

TEST_F(FileTest, ReadsWhatWasWritten) {
  const std::string bytes = std::string("a\0b", 3) + std::string(200000, 'x');
  ASSERT_THAT(WriteFile(path_, bytes), IsOk());
  EXPECT_THAT(ReadFile(path_), IsOkAndHolds(bytes));
  ASSERT_THAT(WriteFile(path_, "new"), IsOk());
  EXPECT_THAT(ReadFile(path_), IsOkAndHolds(std::string("new")));
}

TEST_F(FileTest, RefusesAFileThatIsTooLong) {
  ASSERT_THAT(WriteFile(path_, "12345"), IsOk());
  EXPECT_THAT(ReadFile(path_, 4), StatusIs(StatusCode::kResourceExhausted));
  EXPECT_THAT(ReadFile(path_, 5), IsOk());
}

TEST_F(FileTest, SaysWhyAFileCannotBeReadOrWritten) {
  EXPECT_THAT(ReadFile(path_ + ".absent"), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(ReadFile(::testing::TempDir()), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(WriteFile("/nowhere/file", "x"), StatusIs(StatusCode::kNotFound));
}

}  // namespace
}  // namespace consilium
