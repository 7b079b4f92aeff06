// Every schedule with every compressor in a federation whose messages get lost.
#include <algorithm>
#include <cmath>
#include <ostream>
#include <tuple>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lab/simulation/virtual_federation.h"
#include "modules/compress/compressor.h"
#include "modules/schedule/make_exchange.h"
#include "tests/support/fake_learner.h"
#include "tests/support/matchers.h"
#include "tests/support/schedule_pairs.h"

namespace consilium::simulation {
namespace {

using testing::FakeLearner;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

constexpr int kSites = 8;
constexpr int kRounds = 60;

struct Result {
  std::vector<float> model;
  uint64_t messages = 0, lost = 0, generations = 0;
};

// Without a channel if loss is negative. Sites 0 to 7 each want all parameters to be their number;
// site 7 does not hold the second module.
StatusOr<Result> Federate(std::string_view schedule, std::string_view compressor, double loss,
                          int seed, const std::string& more = "", int threads = 1) {
  const auto all = schedule::AllSchedules();
  const bool tree = std::ranges::find(all, schedule, &schedule::NamedSchedule::name)->needs_tree;
  std::string plan = fmt::format(
      "[run]\nsites = ['0', '1', '2', '3', '4', '5', '6', '7']\nrounds = {}\nseed = {}\n"
      "[schedule]\nkind = '{}'\ntopology = '{}'\n{}"
      "[compression]\nkind = '{}'\nrank = 1\nmin_compression = 0.0\nkeep = 0.4\n"
      "[channel]\nkind = '{}'\nloss = {}\n",
      kRounds, seed, schedule, tree ? "binary_tree" : "ring", more, compressor,
      loss < 0 ? "ideal" : "erasure", std::max(loss, 0.0));
  std::vector<VirtualSite> sites;
  for (int site = 0; site < kSites; ++site) {
    std::vector<float> weights = {1, site == 7 ? 0.0f : 2.0f};
    sites.push_back(
        {std::to_string(site), std::make_unique<FakeLearner>(weights, static_cast<float>(site))});
  }
  ASSIGN_OR_RETURN(FederationOutcome outcome, RunVirtualFederation(plan, sites, threads));
  for (const auto& parameters : outcome.parameters) {
    if (parameters != outcome.parameters[0]) return Internal("the sites' models differ");
  }
  return Result{outcome.parameters[0], outcome.messages, outcome.messages_lost,
                outcome.record.generation};
}

// The largest difference of two models, as a share of what sites differ in what they want.
double Apart(const std::vector<float>& a, const std::vector<float>& b) {
  float largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest / (kSites - 1);
}

class LossyFederationTest
    : public ::testing::TestWithParam<
          std::tuple<schedule::NamedSchedule, const compress::CompressorRow*>> {};

TEST_P(LossyFederationTest, EndsNearWhereItEndsWithoutLoss) {
  const std::string_view schedule = std::get<0>(GetParam()).name;
  const std::string_view compressor = std::get<1>(GetParam())->name;
  for (int seed = 1; seed <= 3; ++seed) {
    const auto whole = Federate(schedule, compressor, 0, seed);
    ASSERT_THAT(whole, IsOk());
    EXPECT_EQ(whole->lost, 0u);
    for (const double loss : {0.01, 0.1}) {
      SCOPED_TRACE(fmt::format("seed {}, loss {}", seed, loss));
      const auto lossy = Federate(schedule, compressor, loss, seed);
      ASSERT_THAT(lossy, IsOk());
      EXPECT_NEAR(static_cast<double>(lossy->lost) / static_cast<double>(lossy->messages), loss,
                  0.03);
      EXPECT_LT(Apart(lossy->model, whole->model), loss < 0.05 ? 0.05 : 0.25);
      EXPECT_LE(lossy->generations, 3u);
    }
  }
}

TEST_P(LossyFederationTest, AChannelThatLosesNothingChangesNoBit) {
  const std::string_view schedule = std::get<0>(GetParam()).name;
  const std::string_view compressor = std::get<1>(GetParam())->name;
  const auto ideal = Federate(schedule, compressor, -1, 1);
  const auto whole = Federate(schedule, compressor, 0, 1);
  ASSERT_THAT(ideal, IsOk());
  ASSERT_THAT(whole, IsOk());
  EXPECT_EQ(ideal->model, whole->model);
}

TEST_P(LossyFederationTest, LosesTheSameMessagesWhateverTheThreads) {
  const std::string_view schedule = std::get<0>(GetParam()).name;
  const std::string_view compressor = std::get<1>(GetParam())->name;
  const auto one = Federate(schedule, compressor, 0.1, 4, "", 1);
  const auto three = Federate(schedule, compressor, 0.1, 4, "", 3);
  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(three, IsOk());
  EXPECT_EQ(one->model, three->model);
  EXPECT_EQ(one->lost, three->lost);
}

// Whose local steps run away from what they are given.
class DivergingLearner final : public FakeLearner {
 public:
  using FakeLearner::FakeLearner;
  StatusOr<double> TrainRound(const training::LocalRound&, std::span<float> parameters,
                              const std::atomic<bool>&) override {
    for (float& parameter : parameters) parameter *= 3;
    return 1.0;
  }
};

TEST(DivergenceTest, FailsTheRunWithTheReason) {
  std::vector<VirtualSite> sites;
  for (const char* name : {"a", "b"}) {
    sites.push_back({name, std::make_unique<DivergingLearner>(std::vector<float>{1}, 1.0f)});
  }
  const auto outcome = RunVirtualFederation("[run]\nsites = ['a', 'b']\nrounds = 100\n", sites, 1);
  EXPECT_THAT(outcome, StatusIs(StatusCode::kInternal,
                                HasSubstr("diverged: at a in round 13 the loss is 1")));
}

TEST(TwoTreesTest, EndNearWhereTheyEndWithoutLoss) {
  for (const compress::CompressorRow* compressor : compress::AllCompressors()) {
    SCOPED_TRACE(compressor->name);
    const auto one = Federate("relay_sum", compressor->name, 0, 1);
    const auto whole = Federate("relay_sum", compressor->name, 0, 1, "trees = 2\n");
    const auto lossy = Federate("relay_sum", compressor->name, 0.1, 1, "trees = 2\n");
    ASSERT_THAT(one, IsOk());
    ASSERT_THAT(whole, IsOk());
    ASSERT_THAT(lossy, IsOk());
    EXPECT_LT(Apart(whole->model, one->model), 0.05);
    EXPECT_LT(Apart(lossy->model, whole->model), 0.25);
    EXPECT_EQ(lossy->generations, 1u);
  }
}

TEST(RelayFallbackTest, EveryFallbackOfAPlanButTheInitialModelEndsNearTheMean) {
  for (const char* fallback : {"own", "last", "count", "initial"}) {
    SCOPED_TRACE(fallback);
    const std::string more = fmt::format("fallback = '{}'\n", fallback);
    const auto whole = Federate("relay_sum", "identity", 0, 1, more);
    const auto lossy = Federate("relay_sum", "identity", 0.1, 1, more);
    ASSERT_THAT(whole, IsOk());
    ASSERT_THAT(lossy, IsOk());
    EXPECT_LT(Apart(lossy->model, whole->model), 0.2);
  }
}

INSTANTIATE_TEST_SUITE_P(All, LossyFederationTest, ::testing::ValuesIn(testing::SchedulePairs()),
                         [](const auto& named) {
                           return fmt::format("{}_{}", std::get<0>(named.param).name,
                                              std::get<1>(named.param)->name);
                         });

}  // namespace
}  // namespace consilium::simulation
