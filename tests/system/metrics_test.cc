#include <gmock/gmock.h>

#include "fmt/format.h"
#include "tests/support/scrape.h"
#include "tests/system/federation.h"

namespace consilium::testing {
namespace {

using ::testing::HasSubstr;

// Of the series `name{labels}`; -1 if it is not there.
double ValueOf(const std::string& metrics, const std::string& series) {
  const size_t at = metrics.find("\n" + series + " ");
  return at == std::string::npos ? -1 : std::stod(metrics.substr(at + series.size() + 2));
}

TEST(MetricsSystemTest, WhatSitesCountIsWhatTheirStreamsCarriedToOnePercent) {
  Federation federation;
  federation.StartAll();
  ASSERT_EQ(
      federation.Consilium({"run", "start", federation.Plan(40), "--name", "heart", "--watch"})
          .code,
      0);
  const std::string metrics = Scrape(federation.AddressOf("coordinator", "metrics"));
  EXPECT_THAT(metrics, HasSubstr("consilium_run_state{run=\"heart\"} 3"));
  for (const std::string& site : kHospitals) {
    for (const char* direction : {"sent", "received"}) {
      const std::string labels = fmt::format("{{direction=\"{}\",site=\"{}\"}}", direction, site);
      SCOPED_TRACE(labels);
      const double counted = ValueOf(metrics, "consilium_site_bytes_total" + labels);
      const double carried = ValueOf(metrics, "consilium_stream_peer_bytes_total" + labels);
      EXPECT_GT(counted, 10'000);
      EXPECT_NEAR(carried / counted, 1, 0.01);
      EXPECT_GT(ValueOf(metrics, "consilium_stream_bytes_total" + labels), carried);
    }
  }
}

}  // namespace
}  // namespace consilium::testing
