#include "client/cli/traffic_table.h"

#include "gmock/gmock.h"

namespace consilium::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

api::RunView OneSite() {
  api::RunView run;
  run.run = "heart-1";
  api::RunSiteView& site = run.sites.emplace_back();
  site.site = "cleveland";
  site.bytes_sent = 1000;
  site.bytes_uncompressed = 9300;
  site.compression_error = 0.8;
  site.links = {{"va", 900, 1200}};
  return run;
}

TEST(TrafficTableTest, TheTotalTellsHowMuchCompressionSavedAndLeftOut) {
  EXPECT_EQ(TotalTraffic(OneSite()),
            "1.0 kB sent, 9.3 kB uncompressed: 9.3x smaller, compression error up to 80 %; "
            "2.2 kB in and out of the coordinator");
}

TEST(TrafficTableTest, BeforeTheFirstMessageThereIsNothingToCompare) {
  EXPECT_EQ(TotalTraffic(api::RunView()), "nothing sent yet");
}

TEST(TrafficTableTest, LinksAreShownWhileARunGoesOn) {
  const std::string text = TrafficText(OneSite());
  EXPECT_THAT(text, HasSubstr("900 B"));
  EXPECT_THAT(text, HasSubstr("1.2 kB"));
  EXPECT_THAT(text, Not(HasSubstr("module")));
}

TEST(TrafficTableTest, ModulesAndRoundsOfAllSitesAreAddedUpOnceTheyReported) {
  api::RunView run = OneSite();
  run.sites.push_back(run.sites[0]);
  for (api::RunSiteView& site : run.sites) {
    api::ReportView& report = site.report.emplace();
    report.modules = {{"encoder age", 100, 800, 0.5}};
    report.round_bytes = {10, 30, 20};
  }
  run.sites[1].report->modules.push_back({"state", 7, 7, 0});
  const std::string text = TrafficText(run);
  EXPECT_THAT(text, HasSubstr("encoder age  200 B"));
  EXPECT_THAT(text, HasSubstr("8.0x"));
  EXPECT_THAT(text, HasSubstr("50 %"));
  EXPECT_THAT(text, HasSubstr("20 B at least, 40 B in the middle, 60 B at most"));
}

}  // namespace
}  // namespace consilium::cli
