#include <memory>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lab/simulation/virtual_federation.h"
#include "tests/support/matchers.h"

namespace consilium::simulation {
namespace {

using ::testing::Each;
using ::testing::FloatNear;
using testing::IsOk;

// All that the protocol needs of a learner: one module of four numbers, each set to a wish.
class WishingLearner final : public training::Learner {
 public:
  explicit WishingLearner(float wish) : wish_(wish) {}

  training::LearnerFacts Facts() const override {
    return {
        .layout = nn::Layout({{.id = {nn::ModuleKind::kState, "", 1}, .tensors = {{"w", 2, 2}}}}),
        .weights = {1},
        .initial_parameters = {0, 0, 0, 0},
        .statistics = {1},
        .training_patients = 3};
  }
  Status UseStatistics(std::span<const double>) override { return OkStatus(); }
  StatusOr<double> TrainRound(const training::LocalRound&, std::span<float> parameters,
                              const std::atomic<bool>&) override {
    for (float& parameter : parameters) parameter = wish_;
    return 0.5;
  }

 private:
  const float wish_;
};

TEST(OwnLearnerTest, ALearnerOfThreeFunctionsTakesPartInAFederation) {
  std::vector<VirtualSite> sites;
  sites.push_back({"a", std::make_unique<WishingLearner>(1.0f)});
  sites.push_back({"b", std::make_unique<WishingLearner>(3.0f)});
  const auto outcome = RunVirtualFederation(
      "[run]\nsites = ['a', 'b']\nrounds = 2\n[schedule]\nkind = 'all_reduce'\n"
      "[compression]\nkind = 'identity'\n",
      sites, 1);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->parameters, Each(Each(FloatNear(2.0f, 1e-6f))));
  EXPECT_THAT(outcome->training_patients, Each(3));
  EXPECT_THAT(outcome->held_out, Each(::testing::IsEmpty()));
}

}  // namespace
}  // namespace consilium::simulation
