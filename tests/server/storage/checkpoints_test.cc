#include "server/storage/checkpoints.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "base/random.h"
#include "gtest/gtest.h"
#include "server/storage/checkpoint_file.h"
#include "server/storage/sealed.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace consilium::storage {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;
using testing::TemporaryFolder;

federation::Checkpoint CheckpointOfRound(int round, size_t size = 50) {
  federation::Checkpoint checkpoint;
  checkpoint.run = "heart";
  checkpoint.generation = 3;
  checkpoint.rounds_completed = round;
  checkpoint.parameters.assign(size, static_cast<float>(round));
  checkpoint.statistics = {1.5, -2};
  checkpoint.learner = std::string("moments\0\xff", 9);
  checkpoint.bytes_sent = 1'000'000'007;
  checkpoint.bytes_uncompressed = 5'000'000'000;
  checkpoint.consensus = round % 2 == 1;
  checkpoint.plan_digest = "plan";
  checkpoint.layout_digest = "layout";
  return checkpoint;
}

void ExpectEqual(const federation::Checkpoint& a, const federation::Checkpoint& b) {
  EXPECT_EQ(a.run, b.run);
  EXPECT_EQ(a.generation, b.generation);
  EXPECT_EQ(a.rounds_completed, b.rounds_completed);
  EXPECT_EQ(a.parameters, b.parameters);
  EXPECT_EQ(a.statistics, b.statistics);
  EXPECT_EQ(a.learner, b.learner);
  EXPECT_EQ(a.bytes_sent, b.bytes_sent);
  EXPECT_EQ(a.bytes_uncompressed, b.bytes_uncompressed);
  EXPECT_EQ(a.consensus, b.consensus);
  EXPECT_EQ(a.plan_digest, b.plan_digest);
  EXPECT_EQ(a.layout_digest, b.layout_digest);
}

std::unique_ptr<Database> OpenNode(const TemporaryFolder& folder) {
  StatusOr<std::unique_ptr<Database>> database = Database::Open(folder.path(), NodeFormat());
  EXPECT_THAT(database, IsOk());
  return database.ok() ? std::move(*database) : nullptr;
}

TEST(CheckpointsTest, GivesAfterReopeningWhatWasSavedLast) {
  TemporaryFolder folder;
  {
    const auto database = OpenNode(folder);
    Checkpoints checkpoints(*database);
    ASSERT_THAT(checkpoints.Save(CheckpointOfRound(1)), IsOk());
    ASSERT_THAT(checkpoints.Save(CheckpointOfRound(2)), IsOk());
  }
  const auto database = OpenNode(folder);
  const auto loaded = Checkpoints(*database).Load("heart");
  ASSERT_THAT(loaded, IsOk());
  ASSERT_TRUE(loaded->has_value());
  ExpectEqual(**loaded, CheckpointOfRound(2));
}

TEST(CheckpointsTest, HasNothingForARunThatSavedNothingOrWasRemoved) {
  TemporaryFolder folder;
  const auto database = OpenNode(folder);
  Checkpoints checkpoints(*database);
  ASSERT_THAT(checkpoints.Save(CheckpointOfRound(1)), IsOk());
  EXPECT_EQ(*checkpoints.List(), std::vector<std::string>{"heart"});
  EXPECT_FALSE(checkpoints.Load("lungs")->has_value());
  ASSERT_THAT(checkpoints.Remove("heart"), IsOk());
  EXPECT_FALSE(checkpoints.Load("heart")->has_value());
  EXPECT_THAT(checkpoints.Remove("heart"), IsOk());
}

TEST(CheckpointsTest, ADamagedCheckpointIsAnErrorThatNamesTheRun) {
  TemporaryFolder folder;
  const auto database = OpenNode(folder);
  Checkpoints checkpoints(*database);
  ASSERT_THAT(checkpoints.Save(CheckpointOfRound(1)), IsOk());
  {
    MutexLock lock(database->mutex());
    ASSERT_THAT(database->Execute("UPDATE checkpoints SET body = substr(body, 1, 40)"), IsOk());
  }
  EXPECT_THAT(checkpoints.Load("heart"),
              StatusIs(StatusCode::kDataLoss, HasSubstr("checkpoint of run heart")));
}

TEST(CheckpointFileTest, NoDamagedByteGoesUnnoticed) {
  const std::string good = EncodeCheckpoint(CheckpointOfRound(7, 5));
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    EXPECT_FALSE(DecodeCheckpoint(bad, "checkpoint").ok()) << "byte " << i;
    EXPECT_FALSE(DecodeCheckpoint(good.substr(0, i), "checkpoint").ok()) << "cut at " << i;
  }
}

TEST(CheckpointFileTest, RefusesANewerVersionByName) {
  ByteWriter writer;
  writer.U8(9);
  EXPECT_THAT(DecodeCheckpoint(Seal(std::move(writer)), "checkpoint of run heart"),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("version 9")));
}

// Saves round after round until it is killed.
[[noreturn]] void SaveForEver(const std::string& folder) {
  auto database = Database::Open(folder, NodeFormat());
  if (!database.ok()) _exit(1);
  Checkpoints checkpoints(**database);
  for (int round = 1;; ++round) {
    if (!checkpoints.Save(CheckpointOfRound(round, 20'000)).ok()) _exit(2);
  }
}

TEST(CheckpointsTest, SurviveKillMinusNineInTheMiddleOfWriting) {
  TemporaryFolder folder;
  Random random = Random::Named(20261122, "kill", 0);
  int last = 0;
  for (int kill_number = 0; kill_number < 12; ++kill_number) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) SaveForEver(folder.path());
    std::this_thread::sleep_for(std::chrono::microseconds(20'000 + random.Below(30'000)));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child could not save: exit " << WEXITSTATUS(status);
    const auto database = OpenNode(folder);
    const auto loaded = Checkpoints(*database).Load("heart");
    ASSERT_THAT(loaded, IsOk());
    if (!loaded->has_value()) continue;
    last = (*loaded)->rounds_completed;
    ExpectEqual(**loaded, CheckpointOfRound(last, 20'000));
  }
  EXPECT_GT(last, 0) << "no round was ever saved";
}

TEST(CheckpointsTest, AFullDiskIsAnErrorAndTheLastCheckpointStays) {
  TemporaryFolder folder;
  const auto database = OpenNode(folder);
  Checkpoints checkpoints(*database);
  ASSERT_THAT(checkpoints.Save(CheckpointOfRound(1)), IsOk());
  {
    MutexLock lock(database->mutex());
    ASSERT_THAT(database->Execute("PRAGMA max_page_count = 20"), IsOk());
  }
  EXPECT_THAT(checkpoints.Save(CheckpointOfRound(2, 100'000)),
              StatusIs(StatusCode::kResourceExhausted, HasSubstr("free space")));
  ExpectEqual(**checkpoints.Load("heart"), CheckpointOfRound(1));
  EXPECT_THAT(checkpoints.Save(CheckpointOfRound(3)), IsOk());
  ExpectEqual(**checkpoints.Load("heart"), CheckpointOfRound(3));
}

}  // namespace
}  // namespace consilium::storage
