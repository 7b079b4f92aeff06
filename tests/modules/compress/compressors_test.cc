// The table of compressors, and the pages that repeat what stands in it.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modules/compress/compressor.h"
#include "modules/compress/compressor_help.h"

namespace consilium::compress {
namespace {

using ::testing::HasSubstr;

std::string Page(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(CompressorsTest, HaveNamesAndFormatsOfTheirOwn) {
  std::set<std::string_view> names;
  std::set<CodecFormat> formats;
  size_t count = 0;
  for (const CompressorRow* row : AllCompressors()) {
    EXPECT_TRUE(names.insert(row->name).second) << row->name;
    for (const CodecFormat format : row->formats) {
      if (format == CodecFormat{}) continue;
      EXPECT_TRUE(formats.insert(format).second) << row->name;
      ++count;
    }
  }
  EXPECT_EQ(formats.size(), count);
}

TEST(CompressorsTest, WriteTheFormatOfTheirRow) {
  for (const CompressorRow* row : AllCompressors()) {
    const auto codec = MakeMatrixCodec<float>({.kind = row});
    if (codec == nullptr) continue;
    EXPECT_EQ(codec->format(), row->formats[0]) << row->name;
  }
}

TEST(CompressorsTest, AreThoseOfThePlansPage) {
  std::string names;
  for (const CompressorRow* row : AllCompressors()) {
    names += std::string(names.empty() ? "" : " | ") + std::string(row->name);
  }
  EXPECT_THAT(Page("docs/formats/plan.md"), HasSubstr("# " + names + "\n"));
}

TEST(CompressorsTest, HaveALineEachInTheExchangesPage) {
  const std::string page = Page("docs/exchange.md");
  for (const CompressorRow* row : AllCompressors()) {
    const size_t begin = page.find(fmt::format("\n| `{}` | ", row->name));
    ASSERT_NE(begin, std::string::npos) << row->name;
    const std::string line = page.substr(begin + 1, page.find('\n', begin + 1) - begin);
    EXPECT_EQ(line.ends_with("| yes |\n"), CanBeSummed(*row)) << line;
  }
}

TEST(CompressorsTest, HaveTheirOptionsAndDefaultsInThePlansPage) {
  const std::string page = Page("docs/formats/plan.md");
  for (const CompressorOption* option : SharedOptions()) {
    EXPECT_THAT(page, HasSubstr("\n" + DefaultOf(*option) + " "));
  }
  for (const CompressorRow* row : AllCompressors()) {
    for (const CompressorOption* option : row->options) {
      EXPECT_TRUE(std::ranges::count(SharedOptions(), option) == 1) << option->key;
    }
  }
}

TEST(CompressorsTest, HaveTheirFormatsInThePageOfMessages) {
  const std::string page = Page("docs/formats/exchange-messages.md");
  for (const CompressorRow* row : AllCompressors()) {
    for (const CodecFormat format : row->formats) {
      if (format == CodecFormat{}) continue;
      EXPECT_THAT(page, HasSubstr(fmt::format(" {} ", static_cast<int>(format)))) << row->name;
    }
  }
}

TEST(CompressorsTest, AreHelpedWithByNameAndOption) {
  const std::string help = CompressorsHelp();
  EXPECT_THAT(help, HasSubstr("top_k        the largest numbers and where they stand\n"));
  EXPECT_THAT(help, HasSubstr("keep = 0.05 (1e-06 to 1): share of each matrix's numbers"));
  EXPECT_THAT(help, HasSubstr("form = \"alternating\" (alternating | two_sided): "));
}

}  // namespace
}  // namespace consilium::compress
