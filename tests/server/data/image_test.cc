#include "server/data/image.h"

#include <png.h>

#include <algorithm>
#include <cstring>

#include "base/random.h"
#include "gmock/gmock.h"
#include "tests/support/matchers.h"

namespace consilium::data {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;

// A PNG of libpng's own making. `format` is one of PNG_FORMAT_...; `pixels` are its samples.
std::string WritePng(uint32_t width, uint32_t height, uint32_t format, const void* pixels) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = format;
  png_alloc_size_t size = 0;
  EXPECT_NE(png_image_write_to_memory(&image, nullptr, &size, 0, pixels, 0, nullptr), 0);
  std::string bytes(size, '\0');
  EXPECT_NE(png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels, 0, nullptr), 0);
  bytes.resize(size);
  return bytes;
}

std::string SmallPng() {
  const uint8_t pixels[] = {0, 51, 102, 153, 204, 255};
  return WritePng(3, 2, PNG_FORMAT_GRAY, pixels);
}

TEST(ImageTest, ReadsAPlainPgmWithComments) {
  const auto grey = DecodeImage("P2 # made by hand\n3 2\n# white:\n10\n0 1 2\n5 9 10\n", 3, 2, "a");
  ASSERT_THAT(grey, IsOk());
  EXPECT_THAT(*grey, ElementsAre(0, 0.1f, 0.2f, 0.5f, 0.9f, 1));
}

TEST(ImageTest, ReadsARawPgmOfEightAndOfSixteenBits) {
  const auto eight = DecodeImage(std::string("P5\n2 1\n255\n\x00\xff", 13), 2, 1, "a");
  ASSERT_THAT(eight, IsOk());
  EXPECT_THAT(*eight, ElementsAre(0, 1));
  const auto sixteen = DecodeImage(std::string("P5 2 1 1000 \x01\xf4\x03\xe8", 16), 2, 1, "a");
  ASSERT_THAT(sixteen, IsOk());
  EXPECT_THAT(*sixteen, ElementsAre(0.5f, 1));
}

TEST(ImageTest, GivesBackWhatItWrote) {
  std::vector<float> grey;
  for (int i = 0; i < 12; ++i) grey.push_back(static_cast<float>(20 * i) / 255);
  const auto read = DecodeImage(EncodePgm(grey, 4, 3), 4, 3, "a");
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(*read, grey);
}

TEST(ImageTest, ReadsAGreyPng) {
  const auto grey = DecodeImage(SmallPng(), 3, 2, "a");
  ASSERT_THAT(grey, IsOk());
  EXPECT_THAT(*grey, ElementsAre(0, 0.2f, 0.4f, 0.6f, 0.8f, 1));
}

TEST(ImageTest, WeighsTheColoursOfAPngAndIgnoresItsTransparency) {
  const uint8_t pixels[] = {255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255};
  const auto grey = DecodeImage(WritePng(4, 1, PNG_FORMAT_RGBA, pixels), 4, 1, "a");
  ASSERT_THAT(grey, IsOk());
  EXPECT_THAT(*grey, ElementsAre(FloatNear(0.299f, 1e-6f), FloatNear(0.587f, 1e-6f),
                                 FloatNear(0.114f, 1e-6f), FloatNear(1, 1e-6f)));
}

TEST(ImageTest, ReadsAPngOfSixteenBits) {
  const uint16_t pixels[] = {0, 13107, 65535};
  const auto grey = DecodeImage(WritePng(3, 1, PNG_FORMAT_LINEAR_Y, pixels), 3, 1, "a");
  ASSERT_THAT(grey, IsOk());
  EXPECT_THAT(*grey, ElementsAre(0, FloatNear(0.2f, 1e-6f), 1));
}

TEST(ImageTest, SaysTheSizeOfAnImageOfAnotherSize) {
  EXPECT_THAT(DecodeImage(SmallPng(), 2, 3, "7.png"),
              StatusIs(StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("7.png"), HasSubstr("3 x 2, expected 2 x 3"))));
  EXPECT_THAT(DecodeImage("P2 3 2 1 0 0 0 0 0 0", 3, 3, "7.pgm"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("3 x 2, expected 3 x 3")));
}

// Only a header is there: reading the pixels, or room for them, would show.
TEST(ImageTest, RefusesHugeSizesByTheHeaderAlone) {
  std::string png = SmallPng();
  const char huge[] = {0x7f, '\xff', '\xff', '\xff'};
  std::memcpy(png.data() + 16, huge, 4);
  std::memcpy(png.data() + 20, huge, 4);
  EXPECT_THAT(DecodeImage(png, 3, 2, "a"), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(DecodeImage("P5 999999999 999999999 255\n", 3, 2, "a"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("999999999 x 999999999")));
  EXPECT_THAT(DecodeImage("P5 99999999999 2 255\n", 3, 2, "a"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("a broken header")));
}

TEST(ImageTest, RefusesWhatIsNoImage) {
  for (const std::string& bytes :
       {std::string(), std::string("P6 1 1 255 abc"), std::string("P2"), std::string("P5 1 1"),
        std::string("P5 1 1 0 a"), std::string("P5 1 1 255\nab"), std::string("P5 1 1 70000 ab"),
        std::string("P2 1 1 255 256"), std::string("P2 1 1 255 1 2"), std::string("P2 1 1 255 x"),
        std::string("GIF89a"), SmallPng().substr(0, 20), SmallPng().substr(0, 45)}) {
    EXPECT_THAT(DecodeImage(bytes, 1, 1, "a"), StatusIs(StatusCode::kInvalidArgument)) << bytes;
  }
}

// Bytes changed, cut off and doubled at random: an image of the right size, or an error.
TEST(ImageTest, AnswersDamagedBytesWithAnErrorOrAnImageOfTheRightSize) {
  const std::vector<std::string> whole = {
      SmallPng(), std::string("P5 3 2 255\n\x01\x02\x03\xf4", 15), "P2 3 2 9 1 2 3 4 5 6"};
  for (uint64_t seed = 1; seed <= 20000; ++seed) {
    Random random = Random::Named(seed, "damaged image");
    std::string bytes = whole[random.Below(whole.size())];
    for (uint64_t change = random.Below(4); change > 0 && !bytes.empty(); --change) {
      const size_t at = random.Below(bytes.size());
      if (random.Below(4) > 0) {
        bytes[at] = static_cast<char>(random.Below(256));
      } else if (random.Below(2) > 0) {
        bytes.resize(at);
      } else {
        bytes += bytes.substr(at);
      }
    }
    const auto grey = DecodeImage(bytes, 3, 2, "a");
    if (!grey.ok()) continue;
    ASSERT_EQ(grey->size(), 6u) << "seed " << seed;
    ASSERT_TRUE(std::ranges::all_of(*grey, [](float g) { return g >= 0 && g <= 1; })) << seed;
  }
}

}  // namespace
}  // namespace consilium::data
