#include "server/ops/metrics.h"

#include "gmock/gmock.h"
#include "tests/support/matchers.h"
#include "tests/support/scrape.h"

namespace consilium::ops {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::Scrape;

TEST(MetricsTest, ServesTheLatestValueOfEverySeries) {
  auto metrics = Metrics::Open("127.0.0.1:0");
  ASSERT_THAT(metrics, IsOk());
  (*metrics)->Set("consilium_rounds", "Rounds.", {{"run", "heart"}}, 3);
  (*metrics)->Set("consilium_rounds", "Rounds.", {{"run", "heart"}}, 4);
  (*metrics)->Set("consilium_rounds", "Rounds.", {{"run", "icu"}}, 9);
  const std::string answer = Scrape((*metrics)->address());
  EXPECT_THAT(answer, HasSubstr("consilium_rounds{run=\"heart\"} 4"));
  EXPECT_THAT(answer, HasSubstr("consilium_rounds{run=\"icu\"} 9"));
  EXPECT_THAT(answer, Not(HasSubstr("} 3")));
}

TEST(MetricsTest, DropsTheSeriesOfALabelAndKeepsTotalsThatOnlyGrow) {
  auto metrics = Metrics::Open("127.0.0.1:0");
  ASSERT_THAT(metrics, IsOk());
  int served = 0;
  (*metrics)->BeforeServing([&] {
    (*metrics)->SetTotal("consilium_bytes_total", "Bytes.", {{"site", "a"}}, 10 * ++served);
  });
  (*metrics)->Set("consilium_rounds", "Rounds.", {{"run", "heart"}}, 3);
  (*metrics)->Set("consilium_rounds", "Rounds.", {{"run", "icu"}}, 9);
  (*metrics)->Drop("run", "heart");
  (*metrics)->SetTotal("consilium_lost_total", "Lost.", {}, 5);
  (*metrics)->SetTotal("consilium_lost_total", "Lost.", {}, 4);
  std::string answer = Scrape((*metrics)->address());
  EXPECT_THAT(answer, Not(HasSubstr("heart")));
  EXPECT_THAT(answer, HasSubstr("consilium_rounds{run=\"icu\"} 9"));
  EXPECT_THAT(answer, HasSubstr("consilium_lost_total 5"));
  EXPECT_THAT(answer, HasSubstr("# TYPE consilium_bytes_total counter"));
  EXPECT_THAT(answer, HasSubstr("consilium_bytes_total{site=\"a\"} 10"));
  (*metrics)->Set("consilium_rounds", "Rounds.", {{"run", "heart"}}, 4);
  answer = Scrape((*metrics)->address());
  EXPECT_THAT(answer, HasSubstr("consilium_rounds{run=\"heart\"} 4"));
  EXPECT_THAT(answer, HasSubstr("consilium_bytes_total{site=\"a\"} 20"));
}

TEST(MetricsTest, APortThatIsTakenIsAnErrorThatNamesIt) {
  auto first = Metrics::Open("127.0.0.1:0");
  ASSERT_THAT(first, IsOk());
  const auto second = Metrics::Open((*first)->address());
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(std::string(Message(second.status())), HasSubstr((*first)->address()));
}

}  // namespace
}  // namespace consilium::ops
