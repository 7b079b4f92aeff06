#include "lab/page/page.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lab/page/escape.h"

namespace consilium::page {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(PageTest, EscapesWhatSomebodyElseWrote) {
  const std::string evil = "<script>alert('x')</script>\"&";
  const Page page{evil,
                  evil,
                  {{evil,
                    {Paragraph{evil}, List{{evil}}, Listing{evil, evil},
                     KeyFigures{{{evil, evil, evil, Tone::kGood}}},
                     Table{evil, {{evil, false}}, {{Cell(evil)}}}, Figure{{"<svg/>"}, evil}}}}};
  const std::string html = ToHtml(page);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;"));
  EXPECT_EQ(Escaped(std::string("a\x01\0b\tc\n", 7)), "ab\tc\n");
}

TEST(PageTest, FetchesNothingAndRunsNothing) {
  const std::string html = ToHtml({"Title", "", {{"", {Paragraph{"text"}}}}});
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  for (const char* needle : {"<script", "src=", "<link", "@import", "url("}) {
    EXPECT_THAT(html, Not(HasSubstr(needle))) << needle;
  }
}

TEST(PageTest, GivesTablesHeadersForColumnsAndRows) {
  const Table table{
      "Scores", {{"site", false}, {"AUROC", true}}, {{"va", Cell("0.81", Tone::kGood)}}};
  const std::string html = ToHtml({"Title", "", {{"Sites", {table}}}});
  EXPECT_THAT(html, HasSubstr("<caption>Scores</caption>"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"col\" class=\"n\">AUROC</th>"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">va</th><td class=\"n good\">0.81</td>"));
}

TEST(PageTest, ListsItsSectionsFromFourOn) {
  Page page{"Title", "", {{"", {}}, {"One", {}}, {"Two", {}}, {"Three", {}}}};
  EXPECT_THAT(ToHtml(page), Not(HasSubstr("<nav")));
  page.sections.push_back({"Four", {}});
  EXPECT_THAT(ToHtml(page), HasSubstr("<a href=\"#section-5\">Four</a>"));
}

TEST(PageTest, CutsTextBetweenCharacters) {
  EXPECT_EQ(Fitted("short", 12, 100), "short");
  EXPECT_EQ(Fitted("éééééé", 10, 21), "éé…");
}

}  // namespace
}  // namespace consilium::page
