#include "server/consultation/sessions.h"

#include <atomic>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/server/consultation/release_of.h"

namespace consilium::consultation {
namespace {

using testing::ReleaseOf;

TEST(SessionsTest, ManyThreadsConsultWhileModelsAreReleasedAndTheLimitHolds) {
  Releases releases;
  const std::vector<std::shared_ptr<const Release>> two = {ReleaseOf(1), ReleaseOf(2)};
  releases.Publish(two[0]);
  ConsultationLimits limits;
  limits.open = 3;
  Sessions sessions(releases, limits);
  std::atomic<int> inside = 0;
  std::atomic<int> begun = 0;
  const auto consult = [&] {
    Step step;
    for (int i = 0; i < 50; ++i) {
      const auto session = sessions.Begin(1);
      if (!session.ok()) continue;
      EXPECT_LE(++inside, limits.open);
      (*session)->Take(Observe{{"f0", static_cast<double>(i), ""}}, step);
      EXPECT_EQ(step.answers, 1);
      ++begun;
      --inside;
    }
  };
  std::vector<std::thread> clinicians;
  for (int t = 0; t < 5; ++t) clinicians.emplace_back(consult);
  for (size_t i = 0; i < 100; ++i) releases.Publish(two[i % 2]);
  for (std::thread& clinician : clinicians) clinician.join();
  EXPECT_GT(begun, 0);
  EXPECT_EQ(sessions.open(), 0);
}

}  // namespace
}  // namespace consilium::consultation
