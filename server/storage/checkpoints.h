#ifndef CONSILIUM_SERVER_STORAGE_CHECKPOINTS_H_
#define CONSILIUM_SERVER_STORAGE_CHECKPOINTS_H_

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "server/federation/member.h"
#include "server/storage/database.h"

namespace consilium::storage {

// A node's latest checkpoint of each run. Thread-safe. Once Save returned OK, Load gives what was
// saved, kill -9 or not.
class Checkpoints {
 public:
  // `database` has NodeFormat() and must outlive this.
  explicit Checkpoints(Database& database) : database_(database) {}

  // Replaces the run's checkpoint. On an error the one before it is still there.
  Status Save(const federation::Checkpoint& checkpoint);

  // Nothing if the run has none. DataLoss if it is damaged: Remove it and the site starts the run
  // anew from the federation's model.
  StatusOr<std::optional<federation::Checkpoint>> Load(const std::string& run);

  // Fine if there is none.
  Status Remove(const std::string& run);

  // The runs that have a checkpoint, by name.
  StatusOr<std::vector<std::string>> List();

 private:
  Database& database_;
};

}  // namespace consilium::storage

#endif  // CONSILIUM_SERVER_STORAGE_CHECKPOINTS_H_
