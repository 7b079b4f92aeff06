#include "server/storage/database.h"

#include <sqlite3.h>

#include "base/file.h"
#include "server/storage/sqlite_status.h"

namespace consilium::storage {
void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Database::~Database() = default;

StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& folder,
                                                   const DatabaseFormat& format,
                                                   const DatabaseOptions& options) {
  RETURN_IF_ERROR(MakeDirectory(folder, 0700));
  ASSIGN_OR_RETURN(FolderLock lock, FolderLock::Take(folder));
  const std::string path = folder + "/" + std::string(format.file);
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(
      path.c_str(), &connection,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  std::unique_ptr<sqlite3, Close> owned(connection);
  if (code != SQLITE_OK) return SqliteStatus(connection, code);
  std::unique_ptr<Database> database(new Database(std::move(lock), std::move(owned)));
  RETURN_IF_ERROR(database->Configure(options));
  RETURN_IF_ERROR(database->Migrate(format));
  return database;
}

StatusOr<Statement> Database::Prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      &statement, nullptr);
  if (code != SQLITE_OK) return SqliteStatus(connection_.get(), code);
  return Statement(statement);
}

Status Database::Execute(const std::string& sql) {
  const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  return SqliteStatus(connection_.get(), code);
}

StatusOr<int64_t> Database::Pragma(std::string_view name) {
  MutexLock lock(mutex_);
  ASSIGN_OR_RETURN(Statement statement, Prepare("PRAGMA " + std::string(name)));
  ASSIGN_OR_RETURN(const bool row, statement.Next());
  return row ? statement.Integer(0) : 0;
}

Status Database::Configure(const DatabaseOptions& options) {
  const bool full = options.durability == DatabaseOptions::Durability::kFull;
  const auto busy = std::chrono::duration_cast<std::chrono::milliseconds>(options.busy_timeout);
  sqlite3_busy_timeout(connection_.get(), static_cast<int>(busy.count()));
  MutexLock lock(mutex_);
  return Execute(
      fmt::format("PRAGMA journal_mode = WAL; PRAGMA synchronous = {};"
                  "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
                  "PRAGMA journal_size_limit = 67108864;",
                  full ? "FULL" : "NORMAL"));
}

Status Database::Migrate(const DatabaseFormat& format) {
  ASSIGN_OR_RETURN(const int64_t kind, Pragma("application_id"));
  ASSIGN_OR_RETURN(const int64_t version, Pragma("user_version"));
  const auto known = static_cast<int64_t>(format.steps.size());
  if (version > 0 && kind != int64_t{format.application_id}) {
    return FailedPrecondition("{} is not a {}; give the daemon a folder of its own",
                              sqlite3_db_filename(connection_.get(), "main"), format.file);
  }
  if (version > known) {
    return FailedPrecondition(
        "{} has version {}, this program knows versions up to {}; run the newer program that wrote "
        "it, or restore the back-up made before it was upgraded",
        sqlite3_db_filename(connection_.get(), "main"), version, known);
  }
  if (version == known) return OkStatus();
  Transaction transaction(*this);
  RETURN_IF_ERROR(transaction.begun());
  for (auto step = static_cast<size_t>(version); step < format.steps.size(); ++step) {
    RETURN_IF_ERROR(Execute(std::string(format.steps[step])));
  }
  RETURN_IF_ERROR(Execute(fmt::format("PRAGMA user_version = {}; PRAGMA application_id = {};",
                                      known, format.application_id)));
  return transaction.Commit();
}

Transaction::Transaction(Database& database) : database_(database), lock_(database.mutex()) {
  begun_ = database_.Execute("BEGIN IMMEDIATE");
  open_ = begun_.ok();
}

Transaction::~Transaction() {
  // SQLite itself rolls back on a full disk; a second rollback then fails and changes nothing.
  if (open_) database_.Execute("ROLLBACK").IgnoreError();
}

Status Transaction::Commit() {
  RETURN_IF_ERROR(begun_);
  RETURN_IF_ERROR(database_.Execute("COMMIT"));
  open_ = false;
  return OkStatus();
}

}  // namespace consilium::storage
