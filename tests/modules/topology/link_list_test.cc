#include "modules/topology/link_list.h"

#include "gmock/gmock.h"
#include "tests/support/matchers.h"

namespace consilium::topology {
namespace {

using ::consilium::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(LinkListTest, SitesAreNumberedAsTheyAppearAndNumbersFollowTheEdges) {
  const LinkList links = *ParseLinks(
      "from,to,delay_ms,mbit_s\r\n"
      "basel, bern, 5, 100\n"
      "\n"
      "geneva,basel,12.5,10\n",
      "links.csv");
  EXPECT_THAT(links.sites, ElementsAre("basel", "bern", "geneva"));
  EXPECT_THAT(links.graph.Edges(), ElementsAre(Edge{0, 1}, Edge{0, 2}));
  EXPECT_THAT(links.delays_ms, ElementsAre(5, 12.5));
  EXPECT_THAT(links.mbit_s, ElementsAre(100, 10));
}

TEST(LinkListTest, DelaysAndRatesMayBeLeftOut) {
  const LinkList links = *ParseLinks("to,from\na,b\n", "links.csv");
  EXPECT_THAT(links.sites, ElementsAre("b", "a"));
  EXPECT_THAT(links.delays_ms, IsEmpty());
}

TEST(LinkListTest, RefusesWhatIsNoListAndNamesTheLine) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "empty"},
      {"from,to\n", "no links"},
      {"from,until\na,b\n", "unknown column 'until'"},
      {"from,delay_ms\na,1\n", "columns from,to"},
      {"from,to\na,\n", "links.csv:2: no site under 'to'"},
      {"from,to\na,a\n", "to itself"},
      {"from,to\na,b\nb,a\n", "links.csv:3: the link b - a is given twice"},
      {"from,to,delay_ms\na,b,-4\n", "'-4': expected a positive number"},
      {"from,to,delay_ms\na,b\n", "expected a positive number"},
      {"from,to,mbit_s\na,b,nan\n", "expected a positive number"}};
  for (const auto& [csv, message] : wrong) {
    EXPECT_THAT(ParseLinks(csv, "links.csv"),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr(message)));
  }
}

TEST(LinkListTest, SkipsTheByteOrderMarkOfASpreadsheet) {
  const LinkList links = *ParseLinks(
      "\xEF\xBB\xBF"
      "from,to\r\na,b\r\n",
      "links.csv");
  EXPECT_EQ(links.sites.size(), 2U);
}

}  // namespace
}  // namespace consilium::topology
