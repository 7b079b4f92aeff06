#include "server/storage/checkpoints.h"

#include "server/storage/checkpoint_file.h"

namespace consilium::storage {

Status Checkpoints::Save(const federation::Checkpoint& checkpoint) {
  const std::string body = EncodeCheckpoint(checkpoint);
  Transaction transaction(database_);
  RETURN_IF_ERROR(transaction.begun());
  ASSIGN_OR_RETURN(Statement insert, database_.Prepare("INSERT OR REPLACE INTO checkpoints "
                                                       "(run, rounds_completed, body) "
                                                       "VALUES (?, ?, ?)"));
  insert.Text(1, checkpoint.run).Integer(2, checkpoint.rounds_completed).Blob(3, body);
  RETURN_IF_ERROR(insert.Run());
  return transaction.Commit();
}

StatusOr<std::optional<federation::Checkpoint>> Checkpoints::Load(const std::string& run) {
  MutexLock lock(database_.mutex());
  ASSIGN_OR_RETURN(Statement select,
                   database_.Prepare("SELECT body FROM checkpoints WHERE run = ?"));
  select.Text(1, run);
  ASSIGN_OR_RETURN(const bool found, select.Next());
  if (!found) return std::optional<federation::Checkpoint>();
  ASSIGN_OR_RETURN(federation::Checkpoint checkpoint,
                   DecodeCheckpoint(select.Blob(0), "checkpoint of run " + run));
  return std::optional<federation::Checkpoint>(std::move(checkpoint));
}

Status Checkpoints::Remove(const std::string& run) {
  MutexLock lock(database_.mutex());
  ASSIGN_OR_RETURN(Statement remove, database_.Prepare("DELETE FROM checkpoints WHERE run = ?"));
  remove.Text(1, run);
  return remove.Run();
}

StatusOr<std::vector<std::string>> Checkpoints::List() {
  MutexLock lock(database_.mutex());
  ASSIGN_OR_RETURN(Statement select, database_.Prepare("SELECT run FROM checkpoints ORDER BY run"));
  std::vector<std::string> runs;
  while (true) {
    ASSIGN_OR_RETURN(const bool row, select.Next());
    if (!row) return runs;
    runs.push_back(select.Text(0));
  }
}

}  // namespace consilium::storage
