#ifndef CONSILIUM_SERVER_STORAGE_SQLITE_STATUS_H_
#define CONSILIUM_SERVER_STORAGE_SQLITE_STATUS_H_

#include "base/status.h"

struct sqlite3;

namespace consilium::storage {

// SQLite's result `code` with the file's name, SQLite's own words and what to do. `database` may be
// null.
Status SqliteStatus(sqlite3* database, int code);

}  // namespace consilium::storage

#endif  // CONSILIUM_SERVER_STORAGE_SQLITE_STATUS_H_
