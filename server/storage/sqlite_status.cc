#include "server/storage/sqlite_status.h"

#include <sqlite3.h>

#include <string>

namespace consilium::storage {
namespace {

std::string FileName(sqlite3* database) {
  const char* name = database == nullptr ? nullptr : sqlite3_db_filename(database, "main");
  return name == nullptr || *name == '\0' ? "database" : name;
}

}  // namespace

Status SqliteStatus(sqlite3* database, int code) {
  const std::string file = FileName(database);
  const std::string words = database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
  switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
      return OkStatus();
    case SQLITE_FULL:
      return ResourceExhausted(
          "{}: no room left to write ({}); nothing stored before is lost: free space on its disk, "
          "then try again",
          file, words);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Unavailable("{}: locked by another process ({}); close what has it open, try again",
                         file, words);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return DataLoss("{}: damaged ({}); restore the folder from its latest back-up", file, words);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return PermissionDenied(
          "{}: cannot be opened for writing ({}); the file and its folder must belong to the user "
          "the daemon runs as",
          file, words);
    case SQLITE_IOERR:
      return Unavailable("{}: the disk failed ({}); check the system log and the disk", file,
                         words);
    case SQLITE_TOOBIG:
    case SQLITE_NOMEM:
      return ResourceExhausted("{}: too large to store ({})", file, words);
    case SQLITE_CONSTRAINT:
      return AlreadyExists("{}: {}", file, words);
    default:
      return Internal("{}: {} (SQLite result {})", file, words, code);
  }
}

}  // namespace consilium::storage
