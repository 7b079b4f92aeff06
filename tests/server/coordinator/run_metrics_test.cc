#include "server/coordinator/run_metrics.h"

#include <gmock/gmock.h>

#include "tests/support/fake_clock.h"

namespace consilium::coordinator {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

// Keeps the series instead of serving them.
class KeptMetrics final : public ops::Metrics {
 public:
  const std::string& address() const override { return address_; }
  void Set(const std::string& name, const std::string&, const Labels& labels,
           double value) override {
    series[{name, labels}] = value;
  }
  void SetTotal(const std::string& name, const std::string&, const Labels& labels,
                double value) override {
    double& total = totals[{name, labels}];
    EXPECT_GE(value, total) << name;
    total = value;
  }
  void Drop(const std::string& label, const std::string& value) override {
    std::erase_if(series, [&](const auto& one) {
      const auto found = one.first.second.find(label);
      return found != one.first.second.end() && found->second == value;
    });
  }
  void BeforeServing(std::function<void()>) override {}

  using Key = std::pair<std::string, Labels>;
  std::map<Key, double> series, totals;

 private:
  const std::string address_;
};

federation::RunRecord RecordOf(const std::string& run, uint64_t sent, uint64_t received) {
  federation::RunRecord record;
  record.run = run;
  record.state = federation::RunState::kRunning;
  federation::RunSite& site = record.sites.emplace_back();
  site.site = "a";
  site.progress = federation::Progress{};
  site.progress->bytes_sent = sent;
  site.progress->links = {{"b", sent, received}};
  return record;
}

federation::RunRecord WithoutProgress(const std::string& run) {
  federation::RunRecord record = RecordOf(run, 0, 0);
  record.sites[0].progress.reset();
  return record;
}

class RunMetricsTest : public ::testing::Test {
 protected:
  double Total(const std::string& direction) {
    return kept_.totals[{"consilium_site_bytes_total", {{"site", "a"}, {"direction", direction}}}];
  }

  testing::FakeClock clock_;
  KeptMetrics kept_;
  RunMetrics metrics_{kept_, clock_};
};

TEST_F(RunMetricsTest, SeriesOfARunGoAnHourAfterItsEndAndTotalsStay) {
  metrics_.Observe(WithoutProgress("r1"));
  federation::RunRecord record = RecordOf("r1", 1000, 400);
  record.state = federation::RunState::kFinished;
  record.ended = clock_.Now();
  record.sites[0].report = federation::SiteReport{};
  record.sites[0].report->bytes_sent = 1100;  // with what came after the last progress
  record.sites[0].report->traffic.links = {{"b", 1100, 500}};
  metrics_.Observe(record);
  EXPECT_THAT(kept_.series, Not(IsEmpty()));
  clock_.Advance(RunMetrics::kKeepEnded - Seconds(1));
  metrics_.Tick();
  EXPECT_THAT(kept_.series, Not(IsEmpty()));
  clock_.Advance(Seconds(1));
  EXPECT_EQ(metrics_.NextDeadline(), clock_.Now());
  metrics_.Tick();
  EXPECT_THAT(kept_.series, IsEmpty());
  EXPECT_EQ(metrics_.NextDeadline(), std::nullopt);
  EXPECT_EQ(Total("sent"), 1100);
  EXPECT_EQ(Total("received"), 500);
  metrics_.Observe(record);  // as a site says something late
  EXPECT_THAT(kept_.series, IsEmpty());
}

TEST_F(RunMetricsTest, TotalsAddUpWhatRunsCountFromNowOnAndNeverFall) {
  metrics_.Observe(RecordOf("restored", 5000, 5000));
  metrics_.Observe(RecordOf("restored", 5300, 5100));
  EXPECT_EQ(Total("sent"), 300);
  EXPECT_EQ(Total("received"), 100);
  metrics_.Observe(WithoutProgress("r2"));
  metrics_.Observe(RecordOf("r2", 50, 7));
  metrics_.Observe(RecordOf("r2", 20, 7));  // killed, and back with an older checkpoint
  metrics_.Observe(RecordOf("r2", 40, 8));
  EXPECT_EQ(Total("sent"), 300 + 50 + 20);
  EXPECT_EQ(Total("received"), 100 + 7 + 1);
}

TEST(StreamBytesTest, CountsBySiteAndDirectionOverAllStreamsOfTheSite) {
  StreamBytes bytes;
  bytes.Of("a").sent.Count(95, true);
  bytes.Of("a").sent.Count(15, false);
  bytes.Of("a").received.Count(5, false);
  KeptMetrics kept;
  Observe(bytes, kept);
  const ops::Metrics::Labels sent = {{"site", "a"}, {"direction", "sent"}};
  const ops::Metrics::Labels received = {{"site", "a"}, {"direction", "received"}};
  EXPECT_EQ((kept.totals[{"consilium_stream_bytes_total", sent}]), 120);
  EXPECT_EQ((kept.totals[{"consilium_stream_peer_bytes_total", sent}]), 100);
  EXPECT_EQ((kept.totals[{"consilium_stream_bytes_total", received}]), 10);
  EXPECT_EQ((kept.totals[{"consilium_stream_peer_bytes_total", received}]), 0);
}

}  // namespace
}  // namespace consilium::coordinator
