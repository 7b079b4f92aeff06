#ifndef CONSILIUM_SERVER_STORAGE_RUNS_H_
#define CONSILIUM_SERVER_STORAGE_RUNS_H_

#include <string>
#include <vector>

#include "base/status.h"
#include "server/federation/run_record.h"
#include "server/storage/database.h"

namespace consilium::storage {

// The coordinator's runs. Thread-safe. Once a call returned OK, what it stored is there after
// kill -9.
class Runs {
 public:
  // `database` has CoordinatorFormat() and must outlive this.
  explicit Runs(Database& database) : database_(database) {}

  // Stores a new run under a client's idempotency key. Returns the name of the run that has the
  // key: `record.run`, or, if the key was used before, that earlier run, and nothing is stored.
  // AlreadyExists if the name is taken; InvalidArgument for an empty key.
  StatusOr<std::string> Create(const federation::RunRecord& record,
                               const std::string& idempotency_key);

  // Replaces the record of a run, or adds it.
  Status Save(const federation::RunRecord& record);

  // In the order they were created. A damaged one makes the whole call fail, named.
  StatusOr<std::vector<federation::RunRecord>> Load();

 private:
  Database& database_;
};

}  // namespace consilium::storage

#endif  // CONSILIUM_SERVER_STORAGE_RUNS_H_
