#include "base/status.h"

#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium {
namespace {

using testing::StatusIs;

StatusOr<int> Half(int value) {
  if (value % 2 != 0) return InvalidArgument("{} is odd, expected an even number", value);
  return value / 2;
}

StatusOr<int> Quarter(int value) {
  ASSIGN_OR_RETURN(const int half, Half(value));
  return Half(half);
}

TEST(StatusTest, AssignOrReturnLeavesWithTheFirstError) {
  EXPECT_THAT(Quarter(8), testing::IsOkAndHolds(2));
  EXPECT_THAT(Quarter(6),
              StatusIs(StatusCode::kInvalidArgument, "3 is odd, expected an even number"));
}

TEST(StatusTest, AnnotateKeepsTheCodeAndSaysWhere) {
  const Status status = Annotate(NotFound("no such site"), "plan.toml");
  EXPECT_THAT(status, StatusIs(StatusCode::kNotFound, "plan.toml: no such site"));
}

}  // namespace
}  // namespace consilium
