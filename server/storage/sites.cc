#include "server/storage/sites.h"

#include <utility>

namespace consilium::storage {
namespace {

int64_t Nanoseconds(const std::optional<Time>& time) {
  return time ? time->time_since_epoch().count() : 0;
}

}  // namespace

Status Sites::Save(const SeenSite& seen) {
  Transaction transaction(database_);
  RETURN_IF_ERROR(transaction.begun());
  ASSIGN_OR_RETURN(Statement insert,
                   database_.Prepare("INSERT OR REPLACE INTO sites (site, last_seen, software, "
                                     "address, schema_version, certificate_expires) "
                                     "VALUES (?, ?, ?, ?, ?, ?)"));
  insert.Text(1, seen.site)
      .Integer(2, Nanoseconds(seen.last_seen))
      .Text(3, seen.software)
      .Text(4, seen.address)
      .Integer(5, seen.schema_version)
      .Integer(6, Nanoseconds(seen.certificate_expires));
  RETURN_IF_ERROR(insert.Run());
  return transaction.Commit();
}

StatusOr<std::vector<SeenSite>> Sites::Load() {
  MutexLock lock(database_.mutex());
  ASSIGN_OR_RETURN(Statement select,
                   database_.Prepare("SELECT site, last_seen, software, address, schema_version, "
                                     "certificate_expires FROM sites ORDER BY site"));
  std::vector<SeenSite> sites;
  while (true) {
    ASSIGN_OR_RETURN(const bool row, select.Next());
    if (!row) return sites;
    SeenSite seen{.site = select.Text(0),
                  .last_seen = Time(Duration(select.Integer(1))),
                  .software = select.Text(2),
                  .address = select.Text(3),
                  .schema_version = static_cast<uint32_t>(select.Integer(4)),
                  .certificate_expires = std::nullopt};
    if (select.Integer(5) != 0) seen.certificate_expires = Time(Duration(select.Integer(5)));
    sites.push_back(std::move(seen));
  }
}

}  // namespace consilium::storage
