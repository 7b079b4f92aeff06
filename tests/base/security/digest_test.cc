#include "base/security/digest.h"

#include "base/file.h"
#include "gtest/gtest.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace consilium::security {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

// FIPS 180-4, examples.
constexpr char kOfAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr char kOfNothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

TEST(DigestTest, GivesThePublishedValues) {
  EXPECT_EQ(ToHex(Sha256("abc")), kOfAbc);
  EXPECT_EQ(ToHex(Sha256("")), kOfNothing);
}

TEST(DigestTest, HexAndBackIsTheSame) {
  EXPECT_THAT(ParseDigest(kOfAbc), testing::IsOkAndHolds(Sha256("abc")));
}

TEST(DigestTest, WrongHexIsRefused) {
  EXPECT_THAT(ParseDigest("ba78"), StatusIs(StatusCode::kInvalidArgument, HasSubstr("64")));
  EXPECT_FALSE(ParseDigest(std::string(63, 'a') + "G").ok());
  EXPECT_FALSE(ParseDigest(std::string(63, 'a') + "A").ok());
}

TEST(DigestTest, AFileHasTheDigestOfItsBytes) {
  const testing::TemporaryFolder directory;
  const std::string bytes(200'000, 'x');
  ASSERT_THAT(WriteFile(directory / "file", bytes), testing::IsOk());
  EXPECT_THAT(Sha256OfFile(directory / "file"), testing::IsOkAndHolds(Sha256(bytes)));
  EXPECT_THAT(Sha256OfFile(directory / "none"), StatusIs(StatusCode::kNotFound));
}

}  // namespace
}  // namespace consilium::security
