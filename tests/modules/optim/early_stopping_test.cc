#include "modules/optim/early_stopping.h"

#include <cmath>

#include "gmock/gmock.h"

namespace consilium::optim {
namespace {

TEST(EarlyStoppingTest, EndsAfterSoManyLossesWithoutImprovement) {
  EarlyStopping stopping({.patience = 2});
  EXPECT_TRUE(stopping.Improves(1));
  EXPECT_FALSE(stopping.Improves(1));
  EXPECT_FALSE(stopping.Over());
  EXPECT_TRUE(stopping.Improves(0.9));
  EXPECT_FALSE(stopping.Improves(0.95));
  EXPECT_FALSE(stopping.Improves(0.91));
  EXPECT_TRUE(stopping.Over());
}

TEST(EarlyStoppingTest, TakesNoLessThanItsDeltaForAnImprovement) {
  EarlyStopping stopping({.patience = 1, .min_delta = 0.1});
  EXPECT_TRUE(stopping.Improves(1));
  EXPECT_FALSE(stopping.Improves(0.95));
  EXPECT_TRUE(stopping.Over());
}

TEST(EarlyStoppingTest, NeverKeepsWhatIsNoNumberAndWithoutPatienceNeverEnds) {
  EarlyStopping stopping({});
  EXPECT_FALSE(stopping.Improves(NAN));
  EXPECT_TRUE(stopping.Improves(2));
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(stopping.Improves(NAN));
  EXPECT_FALSE(stopping.Over());
}

}  // namespace
}  // namespace consilium::optim
