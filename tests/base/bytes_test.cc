#include "base/bytes.h"

#include <vector>

#include "base/crc32c.h"
#include "base/random.h"
#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium {
namespace {

TEST(BytesTest, ReadsBackWhatWasWritten) {
  ByteWriter writer;
  writer.U8(7);
  writer.U32(0x01020304);
  writer.Text("chol");
  writer.Floats(std::vector<float>{1.5f, -2.0f});
  const std::string bytes = writer.Take();

  ByteReader reader(bytes);
  EXPECT_EQ(reader.U8(), 7);
  EXPECT_EQ(reader.U32(), 0x01020304u);
  EXPECT_EQ(reader.Text(), "chol");
  std::vector<float> floats(2);
  reader.Floats(floats);
  EXPECT_EQ(floats, (std::vector<float>{1.5f, -2.0f}));
  EXPECT_THAT(reader.Finish("test"), testing::IsOk());
}

TEST(BytesTest, WritesLittleEndian) {
  ByteWriter writer;
  writer.U32(0x01020304);
  EXPECT_EQ(Hex(writer.Take()), "04030201");
}

TEST(BytesTest, ATextLongerThanTheRestFailsWithoutAllocatingIt) {
  ByteWriter writer;
  writer.U32(0xffffffff);
  const std::string bytes = writer.Take();
  ByteReader reader(bytes);
  EXPECT_EQ(reader.Text(), "");
  EXPECT_TRUE(reader.failed());
  EXPECT_THAT(reader.Finish("message"),
              testing::StatusIs(StatusCode::kDataLoss, ::testing::HasSubstr("4 bytes")));
}

TEST(BytesTest, LeftOverBytesAreAnError) {
  ByteReader reader("ab");
  reader.U8();
  EXPECT_THAT(reader.Finish("message"), testing::StatusIs(StatusCode::kDataLoss));
}

TEST(BytesTest, Crc32cOfPartsIsThatOfTheWhole) {
  Random random(3);
  std::string bytes(200'000, '\0');
  for (char& c : bytes) c = static_cast<char>(random.Bits());
  uint32_t one_by_one = 0;
  for (const char& c : bytes) one_by_one = ContinueCrc32c(one_by_one, {&c, 1});
  EXPECT_EQ(Crc32c(bytes), one_by_one);
  for (const size_t first : {1, 7, 8, 24576, 49152, 199'999}) {
    const std::string_view all = bytes;
    EXPECT_EQ(ContinueCrc32c(Crc32c(all.substr(0, first)), all.substr(first)), one_by_one) << first;
  }
}

TEST(BytesTest, Crc32cHasThePublishedCheckValue) {
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);  // RFC 3720, appendix B.4 polynomial
  EXPECT_EQ(Crc32c(""), 0u);
}

}  // namespace
}  // namespace consilium
