#include "base/wire/status.h"

#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium::wire {
namespace {

using testing::IsOk;
using testing::StatusIs;

TEST(WireStatusTest, EveryCodeGoesThereAndBackWithItsMessage) {
  for (int code = 1; code <= 16; ++code) {
    const Status status(static_cast<StatusCode>(code), "why");
    EXPECT_EQ(static_cast<int>(ToGrpc(status).error_code()), code);
    EXPECT_THAT(FromGrpc(ToGrpc(status)), StatusIs(status.code(), "why"));
  }
  EXPECT_THAT(FromGrpc(ToGrpc(OkStatus())), IsOk());
}

}  // namespace
}  // namespace consilium::wire
