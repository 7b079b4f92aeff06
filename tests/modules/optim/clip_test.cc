#include "modules/optim/clip.h"

#include <vector>

#include "gmock/gmock.h"

namespace consilium::optim {
namespace {

using ::testing::ElementsAre;

const std::vector<Block> kTrainable = {{0, 1}, {2, 1}};

TEST(ClipTest, ScalesOnlyWhatIsTrainableAndTooLong) {
  std::vector<float> gradient = {3, 100, 4};
  EXPECT_DOUBLE_EQ(ClipByNorm(gradient, kTrainable, 10), 5);
  EXPECT_THAT(gradient, ElementsAre(3, 100, 4));
  EXPECT_DOUBLE_EQ(ClipByNorm(gradient, kTrainable, 2.5), 5);
  EXPECT_THAT(gradient, ElementsAre(1.5, 100, 2));
}

TEST(ClipTest, OfEachModuleLeavesTheShortOnesAlone) {
  std::vector<float> gradient = {1, 100, 4};
  EXPECT_DOUBLE_EQ(Clip(ClipScope::kModule, gradient, kTrainable, 2), 4);
  EXPECT_THAT(gradient, ElementsAre(1, 100, 2));
}

TEST(ClipTest, WithoutALimitDoesNothing) {
  std::vector<float> gradient = {3, 100, 4};
  for (const ClipScope scope : {ClipScope::kGlobal, ClipScope::kModule}) {
    Clip(scope, gradient, kTrainable, 0);
    EXPECT_THAT(gradient, ElementsAre(3, 100, 4));
  }
}

}  // namespace
}  // namespace consilium::optim
