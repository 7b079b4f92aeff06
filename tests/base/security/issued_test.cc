#include "base/security/issued.h"

#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium::security {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using testing::StatusIs;

const Issued kNode = {.serial = "4a01",
                      .identity = {"heart", Role::kNode, "va"},
                      .hosts = {{"va.example"}, {"192.0.2.1"}},
                      .issued_at = "2026-11-22T15:00:00Z",
                      .not_before = "2026-11-22T14:55:00Z",
                      .not_after = "2026-12-22T15:00:00Z",
                      .fingerprint = "ab",
                      .renews = "3f00"};

TEST(IssuedTest, ALineReadBackIsTheSame) {
  EXPECT_THAT(ParseIssued(ToJsonLine(kNode) + "\n" + ToJsonLine(kNode)),
              IsOkAndHolds(ElementsAre(kNode, kNode)));
  EXPECT_THAT(ParseIssued(""), IsOkAndHolds(ElementsAre()));
}

TEST(IssuedTest, ADamagedLineIsNamedByItsNumber) {
  EXPECT_THAT(ParseIssued(ToJsonLine(kNode) + "\n{\"serial\":"),
              StatusIs(StatusCode::kDataLoss, HasSubstr("line 2")));
  EXPECT_THAT(ParseIssued("{\"version\":1}"), StatusIs(StatusCode::kDataLoss, HasSubstr("line 1")));
  EXPECT_THAT(ParseIssued("7"), StatusIs(StatusCode::kDataLoss));
}

TEST(IssuedTest, AnotherVersionIsRefused) {
  EXPECT_THAT(ParseIssued("{\"version\":2}"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("version 2, expected 1")));
}

}  // namespace
}  // namespace consilium::security
