#include "server/storage/runs.h"

#include <utility>

#include "server/storage/run_file.h"

namespace consilium::storage {
namespace {

// Empty if the statement gives no row.
StatusOr<std::string> FirstText(StatusOr<Statement> statement, const std::string& parameter) {
  RETURN_IF_ERROR(statement.status());
  statement->Text(1, parameter);
  ASSIGN_OR_RETURN(const bool found, statement->Next());
  return found ? statement->Text(0) : std::string();
}

}  // namespace

StatusOr<std::string> Runs::Create(const federation::RunRecord& record,
                                   const std::string& idempotency_key) {
  if (idempotency_key.empty()) {
    return InvalidArgument("run {}: empty idempotency key; send a new random one for each run",
                           record.run);
  }
  const std::string body = EncodeRun(record);
  Transaction transaction(database_);
  RETURN_IF_ERROR(transaction.begun());
  ASSIGN_OR_RETURN(std::string earlier,
                   FirstText(database_.Prepare("SELECT run FROM idempotency_keys WHERE key = ?"),
                             idempotency_key));
  if (!earlier.empty()) return earlier;
  ASSIGN_OR_RETURN(const std::string taken,
                   FirstText(database_.Prepare("SELECT run FROM runs WHERE run = ?"), record.run));
  if (!taken.empty()) {
    return AlreadyExists("there is a run called {} already; choose another name", taken);
  }
  ASSIGN_OR_RETURN(Statement run, database_.Prepare("INSERT INTO runs (run, body) VALUES (?, ?)"));
  RETURN_IF_ERROR(run.Text(1, record.run).Blob(2, body).Run());
  ASSIGN_OR_RETURN(Statement key,
                   database_.Prepare("INSERT INTO idempotency_keys (key, run) VALUES (?, ?)"));
  RETURN_IF_ERROR(key.Text(1, idempotency_key).Text(2, record.run).Run());
  RETURN_IF_ERROR(transaction.Commit());
  return record.run;
}

Status Runs::Save(const federation::RunRecord& record) {
  const std::string body = EncodeRun(record);
  Transaction transaction(database_);
  RETURN_IF_ERROR(transaction.begun());
  ASSIGN_OR_RETURN(Statement insert,
                   database_.Prepare("INSERT INTO runs (run, body) VALUES (?, ?) "
                                     "ON CONFLICT (run) DO UPDATE SET body = excluded.body"));
  RETURN_IF_ERROR(insert.Text(1, record.run).Blob(2, body).Run());
  return transaction.Commit();
}

StatusOr<std::vector<federation::RunRecord>> Runs::Load() {
  MutexLock lock(database_.mutex());
  ASSIGN_OR_RETURN(Statement select,
                   database_.Prepare("SELECT run, body FROM runs ORDER BY number"));
  std::vector<federation::RunRecord> records;
  while (true) {
    ASSIGN_OR_RETURN(const bool row, select.Next());
    if (!row) return records;
    ASSIGN_OR_RETURN(federation::RunRecord record,
                     DecodeRun(select.Blob(1), "run " + select.Text(0)));
    records.push_back(std::move(record));
  }
}

}  // namespace consilium::storage
