#include "server/data/csv.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<CsvRow> Rows(std::string_view text, size_t max_row_bytes = 1000) {
  CsvReader reader(text, ',', max_row_bytes);
  std::vector<CsvRow> rows;
  for (CsvRow row; reader.Next(row);) rows.push_back(row);
  return rows;
}

TEST(CsvTest, ReadsFieldsOfRows) {
  const auto rows = Rows("a,b\n1,\n,2\n");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[0].fields, ElementsAre("a", "b"));
  EXPECT_THAT(rows[1].fields, ElementsAre("1", ""));
  EXPECT_THAT(rows[2].fields, ElementsAre("", "2"));
  EXPECT_EQ(rows[2].line, 3);
}

TEST(CsvTest, ReadsTheLastRowWithoutALineEnd) {
  EXPECT_THAT(Rows("a,b\n1,2")[1].fields, ElementsAre("1", "2"));
  EXPECT_THAT(Rows("a,b\n1,")[1].fields, ElementsAre("1", ""));
}

TEST(CsvTest, ReadsQuotedDelimitersQuotesAndLineBreaks) {
  const auto rows = Rows("\"a,b\",\"say \"\"yes\"\"\"\n\"two\nlines\",x\nlast,y\n");
  EXPECT_THAT(rows[0].fields, ElementsAre("a,b", "say \"yes\""));
  EXPECT_THAT(rows[1].fields, ElementsAre("two\nlines", "x"));
  EXPECT_EQ(rows[1].raw, "\"two\nlines\",x");
  EXPECT_EQ(rows[2].line, 4);
}

TEST(CsvTest, SkipsByteOrderMarkCarriageReturnsAndEmptyLines) {
  const auto rows = Rows(
      "\xEF\xBB\xBF"
      "a,b\r\n\r\n\"1\",\"2\"\r\n\n3,4\r\n");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[0].fields, ElementsAre("a", "b"));
  EXPECT_THAT(rows[1].fields, ElementsAre("1", "2"));
  EXPECT_THAT(rows[2].fields, ElementsAre("3", "4"));
  EXPECT_EQ(rows[2].line, 5);
  EXPECT_EQ(rows[2].raw, "3,4");
}

TEST(CsvTest, AQuoteThatIsNeverClosedCostsOneLineOnly) {
  const auto rows = Rows("a,b\n\"1,2\n3,4\n");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[1].error, HasSubstr("never closed"));
  EXPECT_TRUE(rows[1].fields.empty());
  EXPECT_THAT(rows[2].fields, ElementsAre("3", "4"));
  EXPECT_EQ(rows[2].line, 3);
}

TEST(CsvTest, RefusesTextAfterAClosingQuote) {
  EXPECT_THAT(Rows("\"1\"2,3\n")[0].error, HasSubstr("after a closing quote"));
}

TEST(CsvTest, ARowThatIsTooLongCostsItselfOnly) {
  const auto rows = Rows("a,b\n" + std::string(5000, 'x') + "\n3,4\n");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[1].error, HasSubstr("longer than 1000 bytes"));
  EXPECT_THAT(rows[2].fields, ElementsAre("3", "4"));
}

TEST(CsvTest, ReadsWhatItWrites) {
  const std::vector<std::string> fields = {"plain", "", "a,b", "say \"yes\"", "two\nlines"};
  EXPECT_EQ(Rows(CsvLine(fields))[0].fields, fields);
}

}  // namespace
}  // namespace consilium::data
