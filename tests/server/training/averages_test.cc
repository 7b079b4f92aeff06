#include "server/training/averages.h"

#include "gmock/gmock.h"
#include "modules/optim/optimisers.h"
#include "tests/support/matchers.h"

namespace consilium::training {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::FloatNear;

using Model = std::vector<float>;

EmaPlan ByRound() {
  EmaPlan plan;
  plan.decays = {0, 0.5};
  return plan;
}

TEST(AveragesTest, SampleTheModelAfterEachExchangeOnce) {
  Averages averages(ByRound(), 10, 5, 1);
  averages.Agreed(0, Model{1});
  averages.Agreed(1, Model{3});
  averages.Agreed(1, Model{3});  // the round was interrupted and begins again
  EXPECT_THAT(averages.average(0), ElementsAre(3));
  EXPECT_THAT(averages.average(1), ElementsAre(FloatNear(1 + 0.9f * 2, 1e-6f)));  // warm-up: 0.1
  averages.AgreedAtEnd(Model{5});
  averages.AgreedAtEnd(Model{7});  // asked twice
  EXPECT_THAT(averages.average(0), ElementsAre(5));
}

TEST(AveragesTest, StartAsTheModelASiteJoinsWith) {
  Averages averages(ByRound(), 10, 5, 1);
  averages.Agreed(6, Model{4});
  EXPECT_THAT(averages.average(0), ElementsAre(4));
  EXPECT_THAT(averages.average(1), ElementsAre(4));
}

TEST(AveragesTest, OfStepsFollowTheOptimiser) {
  EmaPlan plan = ByRound();
  plan.every = EmaSample::kStep;
  plan.period = 2;
  Averages averages(plan, 10, 5, 1);
  const auto inner = optim::MakeOptimiser("sgd", {.momentum = 0}, 1);
  const auto watched = averages.Watch(*inner);
  ASSERT_NE(watched, nullptr);
  Model model = {1};
  const std::vector<Block> all = {{0, 1}};
  averages.Agreed(0, model);
  for (int step = 0; step < 3; ++step) watched->Step(Model{1}, 0.25, all, model);
  EXPECT_THAT(averages.average(0), ElementsAre(0.5f));
  averages.Agreed(1, Model{100});  // an exchange is no step
  EXPECT_THAT(averages.average(0), ElementsAre(0.5f));
}

TEST(AveragesTest, OfNoPlanAreNone) {
  Averages averages({}, 10, 5, 1);
  averages.Agreed(0, Model{1});
  averages.Agreed(1, Model{2});
  EXPECT_EQ(averages.count(), 0);
  const auto inner = optim::MakeOptimiser("sgd", {}, 1);
  EXPECT_EQ(averages.Watch(*inner), nullptr);
}

TEST(AveragesTest, GoOnAfterRestoreAsIfNeverStopped) {
  Averages first(ByRound(), 10, 5, 2), second(ByRound(), 10, 5, 2);
  for (int round = 0; round < 4; ++round) first.Agreed(round, Model{round * 1.5f, -1});
  ByteWriter writer;
  first.Save(writer);
  const std::string bytes = writer.Take();
  ByteReader reader(bytes);
  ASSERT_THAT(second.Restore(reader), IsOk());
  EXPECT_THAT(reader.Finish("averages"), IsOk());
  second.Agreed(3, Model{50, 50});  // seen before
  first.AgreedAtEnd(Model{7, 8});
  second.AgreedAtEnd(Model{7, 8});
  for (int j = 0; j < 2; ++j) {
    EXPECT_TRUE(
        std::equal(first.average(j).begin(), first.average(j).end(), second.average(j).begin()));
  }
}

TEST(AveragesTest, RefuseTheStateOfAnotherPlanOrNetworkAndTornBytes) {
  Averages saved(ByRound(), 10, 5, 2), other(ByRound(), 10, 5, 3);
  ByteWriter writer;
  saved.Save(writer);
  const std::string bytes = writer.Take();
  ByteReader whole(bytes), torn(std::string_view(bytes).substr(0, bytes.size() - 3));
  EXPECT_THAT(other.Restore(whole), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(saved.Restore(torn), StatusIs(StatusCode::kDataLoss));
}

}  // namespace
}  // namespace consilium::training
