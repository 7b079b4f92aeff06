#include "server/ops/metrics.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gmock/gmock.h"
#include "tests/support/matchers.h"

namespace consilium {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

// What http://ADDRESS/metrics answers.
std::string Scrape(const std::string& address) {
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  std::string answer;
  if (connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) {
    const std::string request = "GET /metrics HTTP/1.0\r\n\r\n";
    EXPECT_EQ(write(socket, request.data(), request.size()), static_cast<ssize_t>(request.size()));
    char buffer[4096];
    for (ssize_t got; (got = read(socket, buffer, sizeof buffer)) > 0;) {
      answer.append(buffer, static_cast<size_t>(got));
    }
  }
  close(socket);
  return answer;
}

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
}  // namespace consilium
