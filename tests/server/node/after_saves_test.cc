#include "server/node/after_saves.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium::node {
namespace {

TEST(AfterSavesTest, DoesAtOnceWhatWaitsForNothing) {
  AfterSaves saves;
  bool done = false;
  saves.Then([&] { done = true; });
  EXPECT_TRUE(done);
}

TEST(AfterSavesTest, DoesInOrderWhatWaitsForTheSavesThatAreStored) {
  AfterSaves saves;
  std::string done;
  saves.Ask();
  saves.Then([&] { done += 'a'; });
  saves.Ask();
  saves.Then([&] { done += 'b'; });
  EXPECT_EQ(done, "");
  saves.Stored(1);
  EXPECT_EQ(done, "a");
  EXPECT_FALSE(saves.all_stored());
  saves.Stored(2);
  EXPECT_EQ(done, "ab");
  EXPECT_TRUE(saves.all_stored());
}

TEST(AfterSavesTest, ForgetsWhatAGenerationSaysAndKeepsItsOffers) {
  AfterSaves saves;
  std::string done;
  saves.Ask();
  saves.Then([&] { done += "round"; });
  saves.Then([&] { done += "offer"; }, AfterSaves::Kind::kOffer);
  saves.Forget(AfterSaves::Kind::kOfGeneration);
  saves.Stored(1);
  EXPECT_EQ(done, "offer");
}

}  // namespace
}  // namespace consilium::node
