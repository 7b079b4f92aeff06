#ifndef CONSILIUM_SERVER_STORAGE_DATABASE_H_
#define CONSILIUM_SERVER_STORAGE_DATABASE_H_

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/status.h"
#include "server/storage/folder_lock.h"
#include "server/storage/format.h"
#include "server/storage/statement.h"

struct sqlite3;

namespace consilium::storage {

struct DatabaseOptions {
  // Both survive kill -9 of the process. kNormal may forget the last commits when the machine loses
  // power, but never half of one; kFull forgets nothing and waits for the disk at every commit.
  enum class Durability { kNormal, kFull };
  Durability durability = Durability::kNormal;
  Duration busy_timeout = Seconds(5);  // for programs that read the file meanwhile, such as back-up
};

// The SQLite file of one daemon, in a folder of its own. Everything the daemon must not forget is
// in it. Thread-safe through its mutex, which whoever prepares a statement holds until it is done.
class Database {
 public:
  // Makes the folder and the file if there are none, and brings an older file up to date. Refused:
  // a folder in use by another process, a file of another kind or of a newer version.
  static StatusOr<std::unique_ptr<Database>> Open(const std::string& folder,
                                                  const DatabaseFormat& format,
                                                  const DatabaseOptions& options = {});
  ~Database();

  Mutex& mutex() LOCK_RETURNED(mutex_) { return mutex_; }

  StatusOr<Statement> Prepare(std::string_view sql) REQUIRES(mutex_);

  // Several statements without parameters or rows.
  Status Execute(const std::string& sql) REQUIRES(mutex_);

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  Database(FolderLock lock, std::unique_ptr<sqlite3, Close> connection)
      : lock_(std::move(lock)), connection_(std::move(connection)) {}
  Status Configure(const DatabaseOptions& options);
  Status Migrate(const DatabaseFormat& format);
  StatusOr<int64_t> Pragma(std::string_view name);

  Mutex mutex_;
  FolderLock lock_;
  std::unique_ptr<sqlite3, Close> connection_;
};

// Everything between construction and Commit() is stored as a whole or not at all. Holds the
// database's mutex; without Commit() it is undone.
class SCOPED_LOCKABLE Transaction {
 public:
  explicit Transaction(Database& database) EXCLUSIVE_LOCK_FUNCTION(database.mutex());
  ~Transaction() UNLOCK_FUNCTION();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // What BEGIN said: check it first.
  const Status& begun() const { return begun_; }
  Status Commit() NO_THREAD_SAFETY_ANALYSIS;  // the mutex is held since construction

 private:
  Database& database_;
  MutexLock lock_;
  Status begun_;
  bool open_ = false;
};

}  // namespace consilium::storage

#endif  // CONSILIUM_SERVER_STORAGE_DATABASE_H_
