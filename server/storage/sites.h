#ifndef CONSILIUM_SERVER_STORAGE_SITES_H_
#define CONSILIUM_SERVER_STORAGE_SITES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "server/storage/database.h"

namespace consilium::storage {

// What the coordinator last saw of a site.
struct SeenSite {
  std::string site;
  Time last_seen;
  std::string software;
  std::string address;
  uint32_t schema_version = 0;
  std::optional<Time> certificate_expires;
  bool operator==(const SeenSite&) const = default;
};

// The sites the coordinator has ever seen. Thread-safe.
class Sites {
 public:
  // `database` has CoordinatorFormat() and must outlive this.
  explicit Sites(Database& database) : database_(database) {}

  // Replaces what was known of the site.
  Status Save(const SeenSite& seen);

  // By name.
  StatusOr<std::vector<SeenSite>> Load();

 private:
  Database& database_;
};

}  // namespace consilium::storage

#endif  // CONSILIUM_SERVER_STORAGE_SITES_H_
