#include "server/storage/database.h"

#include <fstream>

#include "gtest/gtest.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace consilium::storage {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;
using testing::TemporaryFolder;

Status ExecuteLocked(Database& database, const std::string& sql) {
  MutexLock lock(database.mutex());
  return database.Execute(sql);
}

TEST(DatabaseTest, MakesTheFolderAndOpensItAgain) {
  TemporaryFolder folder;
  const std::string inside = folder.path() + "/var/node";
  ASSERT_THAT(Database::Open(inside, NodeFormat()), IsOk());
  EXPECT_THAT(Database::Open(inside, NodeFormat()), IsOk());
}

TEST(DatabaseTest, RefusesAFolderThatAnotherDaemonUses) {
  TemporaryFolder folder;
  const auto first = Database::Open(folder.path(), NodeFormat());
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(Database::Open(folder.path(), NodeFormat()),
              StatusIs(StatusCode::kFailedPrecondition,
                       HasSubstr("in use by process " + std::to_string(getpid()))));
}

TEST(DatabaseTest, RefusesANewerVersionByName) {
  TemporaryFolder folder;
  {
    const auto database = Database::Open(folder.path(), NodeFormat());
    ASSERT_THAT(database, IsOk());
    ASSERT_THAT(ExecuteLocked(**database, "PRAGMA user_version = 99"), IsOk());
  }
  EXPECT_THAT(Database::Open(folder.path(), NodeFormat()),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("version 99")));
}

TEST(DatabaseTest, BringsAnOlderVersionUpToDate) {
  TemporaryFolder folder;
  ASSERT_THAT(Database::Open(folder.path(), NodeFormat()), IsOk());
  std::vector<std::string_view> steps(NodeFormat().steps.begin(), NodeFormat().steps.end());
  steps.push_back("ALTER TABLE models ADD COLUMN approved_by TEXT");
  DatabaseFormat newer = NodeFormat();
  newer.steps = steps;
  const auto database = Database::Open(folder.path(), newer);
  ASSERT_THAT(database, IsOk());
  EXPECT_THAT(ExecuteLocked(**database, "SELECT approved_by FROM models"), IsOk());
}

TEST(DatabaseTest, AStepOfMigrationThatFailsLeavesTheOldVersion) {
  TemporaryFolder folder;
  ASSERT_THAT(Database::Open(folder.path(), NodeFormat()), IsOk());
  std::vector<std::string_view> steps(NodeFormat().steps.begin(), NodeFormat().steps.end());
  steps.push_back("DROP TABLE models; CREATE nonsense");
  DatabaseFormat broken = NodeFormat();
  broken.steps = steps;
  EXPECT_FALSE(Database::Open(folder.path(), broken).ok());
  const auto database = Database::Open(folder.path(), NodeFormat());
  ASSERT_THAT(database, IsOk());
  EXPECT_THAT(ExecuteLocked(**database, "SELECT * FROM models"), IsOk());
}

TEST(DatabaseTest, RefusesTheDatabaseOfAnotherRole) {
  TemporaryFolder folder;
  ASSERT_THAT(Database::Open(folder.path(), NodeFormat()), IsOk());
  DatabaseFormat other = CoordinatorFormat();
  other.file = NodeFormat().file;
  EXPECT_THAT(Database::Open(folder.path(), other), StatusIs(StatusCode::kFailedPrecondition));
}

TEST(DatabaseTest, SaysThatAFileIsNoDatabase) {
  TemporaryFolder folder;
  std::ofstream(folder.path() + "/node.db") << std::string(8192, 'x');
  EXPECT_THAT(Database::Open(folder.path(), NodeFormat()),
              StatusIs(StatusCode::kDataLoss, HasSubstr("back-up")));
}

TEST(DatabaseTest, SaysThatAFolderCannotBeMade) {
  const auto database = Database::Open("/proc/consilium", NodeFormat());
  ASSERT_FALSE(database.ok());
  EXPECT_THAT(std::string(Message(database.status())), HasSubstr("/proc/consilium"));
}

TEST(DatabaseTest, ATransactionWithoutCommitIsUndone) {
  TemporaryFolder folder;
  const auto database = Database::Open(folder.path(), NodeFormat());
  ASSERT_THAT(database, IsOk());
  {
    Transaction transaction(**database);
    ASSERT_THAT(transaction.begun(), IsOk());
    ASSERT_THAT((*database)->Execute("INSERT INTO checkpoints VALUES ('a', 1, x'00')"), IsOk());
  }
  MutexLock lock((*database)->mutex());
  StatusOr<Statement> count = (*database)->Prepare("SELECT count(*) FROM checkpoints");
  ASSERT_THAT(count, IsOk());
  ASSERT_THAT(count->Next(), IsOk());
  EXPECT_EQ(count->Integer(0), 0);
}

}  // namespace
}  // namespace consilium::storage
