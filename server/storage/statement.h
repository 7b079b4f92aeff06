#ifndef CONSILIUM_SERVER_STORAGE_STATEMENT_H_
#define CONSILIUM_SERVER_STORAGE_STATEMENT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"

struct sqlite3_stmt;

namespace consilium::storage {

// One prepared SQL statement; made by Database::Prepare, which must outlive it. Use it under the
// database's mutex.
class Statement {
 public:
  // Parameters count from 1. What is bound is borrowed until the statement is done. A mistake shows
  // at Next() or Run().
  Statement& Integer(int parameter, int64_t value);
  Statement& Text(int parameter, std::string_view value);
  Statement& Blob(int parameter, std::string_view value);

  // True: a row is there to be read. False: there are no more.
  StatusOr<bool> Next();

  // To the end.
  Status Run();

  // Columns of the row count from 0. What Blob gives lives until the next call of Next().
  int64_t Integer(int column) const;
  std::string Text(int column) const;
  std::string_view Blob(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  void Note(int code);

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int failed_ = 0;
};

}  // namespace consilium::storage

#endif  // CONSILIUM_SERVER_STORAGE_STATEMENT_H_
