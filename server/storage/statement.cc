#include "server/storage/statement.h"

#include <sqlite3.h>

#include "server/storage/sqlite_status.h"

namespace consilium::storage {

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void Statement::Note(int code) {
  if (code != SQLITE_OK && failed_ == SQLITE_OK) failed_ = code;
}

Statement& Statement::Integer(int parameter, int64_t value) {
  Note(sqlite3_bind_int64(statement_.get(), parameter, value));
  return *this;
}

Statement& Statement::Text(int parameter, std::string_view value) {
  Note(sqlite3_bind_text64(statement_.get(), parameter, value.data(), value.size(), SQLITE_STATIC,
                           SQLITE_UTF8));
  return *this;
}

Statement& Statement::Blob(int parameter, std::string_view value) {
  Note(sqlite3_bind_blob64(statement_.get(), parameter, value.data(), value.size(), SQLITE_STATIC));
  return *this;
}

StatusOr<bool> Statement::Next() {
  sqlite3* database = sqlite3_db_handle(statement_.get());
  if (failed_ != SQLITE_OK) return SqliteStatus(database, failed_);
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return SqliteStatus(database, code);
}

Status Statement::Run() {
  while (true) {
    ASSIGN_OR_RETURN(const bool row, Next());
    if (!row) return OkStatus();
  }
}

int64_t Statement::Integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::Text(int column) const {
  const void* text = sqlite3_column_text(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return text == nullptr ? "" : std::string(static_cast<const char*>(text), size_t(size));
}

std::string_view Statement::Blob(int column) const {
  const void* blob = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return blob == nullptr ? "" : std::string_view(static_cast<const char*>(blob), size_t(size));
}

}  // namespace consilium::storage
