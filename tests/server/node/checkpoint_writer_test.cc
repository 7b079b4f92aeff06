#include "server/node/checkpoint_writer.h"

#include <future>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "server/storage/checkpoints.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace consilium::node {
namespace {

using ::testing::ElementsAre;
using testing::IsOk;
using testing::TemporaryFolder;

class CheckpointWriterTest : public ::testing::Test {
 protected:
  // Saves, and notes it once it is stored.
  void Save(const std::string& run, int round) {
    federation::Checkpoint checkpoint;
    checkpoint.run = run;
    checkpoint.rounds_completed = round;
    writer_.Save(std::move(checkpoint),
                 [this](const Status& saved, const federation::Checkpoint& stored) {
                   EXPECT_THAT(saved, IsOk());
                   stored_.push_back(stored.run + std::to_string(stored.rounds_completed));
                 });
  }
  // Returns when all before is done, but for what a later Save of `run` would replace.
  void Settle(const std::string& run) {
    std::promise<void> done;
    federation::Checkpoint checkpoint;
    checkpoint.run = run;
    writer_.Save(std::move(checkpoint),
                 [&done](const Status&, const federation::Checkpoint&) { done.set_value(); });
    done.get_future().wait();
  }
  // While a test holds the database, the writer waits with the save of "first".
  Mutex& disk() { return database_->mutex(); }

  TemporaryFolder folder_;
  std::unique_ptr<storage::Database> database_ =
      *storage::Database::Open(folder_.path(), storage::NodeFormat());
  storage::Checkpoints checkpoints_{*database_};
  std::vector<std::string> stored_;  // on the writer's thread
  CheckpointWriter writer_{checkpoints_, SystemClock()};
};

TEST_F(CheckpointWriterTest, WritesTheNewestOfEachRunOneAfterTheOther) {
  {
    MutexLock slow(disk());
    Save("first", 1);
    for (int round = 1; round <= 9; ++round) {
      Save("heart", round);
      Save("lungs", 10 * round);
    }
  }
  Settle("last");
  EXPECT_THAT(stored_, ElementsAre("first1", "heart9", "lungs90"));
  EXPECT_EQ((*checkpoints_.Load("heart"))->rounds_completed, 9);
}

TEST_F(CheckpointWriterTest, WhatIsRemovedDoesNotComeBackAndMayBeSavedAnew) {
  {
    MutexLock slow(disk());
    Save("first", 1);
    Save("heart", 1);
    writer_.Remove("heart");
    Save("lungs", 1);
    writer_.Remove("lungs");
    Save("lungs", 2);
  }
  Settle("last");
  EXPECT_THAT(stored_, ElementsAre("first1", "lungs2"));
  EXPECT_THAT(*checkpoints_.List(), ElementsAre("first", "last", "lungs"));
}

TEST_F(CheckpointWriterTest, StopFinishesTheWriteInHandAndLeavesOutWhatWaits) {
  std::thread stopper;
  {
    MutexLock slow(disk());
    Save("first", 1);
    Save("heart", 1);
    stopper = std::thread([this] { writer_.Stop(); });
    Save("heart", 2);
  }
  stopper.join();
  Save("heart", 3);
  EXPECT_THAT(stored_, ::testing::Not(::testing::Contains("heart3")));
  EXPECT_EQ(checkpoints_.Load("heart")->has_value(), stored_.size() > 1);
}

}  // namespace
}  // namespace consilium::node
