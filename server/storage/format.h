#ifndef CONSILIUM_SERVER_STORAGE_FORMAT_H_
#define CONSILIUM_SERVER_STORAGE_FORMAT_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace consilium::storage {

// The tables of a database; docs/formats/database.md. Step i takes a database from version i to
// i + 1 and is never changed once released; new steps are added at the end.
struct DatabaseFormat {
  std::string_view file;    // "node.db"
  uint32_t application_id;  // SQLite's, so that one kind is not taken for another
  std::span<const std::string_view> steps;
};

DatabaseFormat NodeFormat();
DatabaseFormat CoordinatorFormat();

}  // namespace consilium::storage

#endif  // CONSILIUM_SERVER_STORAGE_FORMAT_H_
