#ifndef CONSILIUM_SERVER_STORAGE_MODELS_H_
#define CONSILIUM_SERVER_STORAGE_MODELS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/security/digest.h"
#include "base/status.h"
#include "server/storage/database.h"
#include "server/training/model.h"

namespace consilium::storage {

// Stored: never renumber.
enum class ModelStage : uint8_t { kReleased = 1 };

// What is known of a stored model without reading its parameters.
struct ModelEntry {
  int64_t number = 0;         // in the order of storing, from 1
  security::Digest digest{};  // DigestOf
  std::string run;
  uint64_t generation = 0;
  int rounds = 0;
  Time created;
  ModelStage stage = ModelStage::kReleased;
};

struct StoredModel {
  ModelEntry entry;
  training::Model model;
};

// The models a site keeps. A model is stored once and never changes. Thread-safe.
class Models {
 public:
  // `database` has NodeFormat() and must outlive this.
  explicit Models(Database& database) : database_(database) {}

  // Stores and releases. Storing the same model again changes nothing.
  StatusOr<ModelEntry> Store(const training::Model& model);

  // Newest first.
  StatusOr<std::vector<ModelEntry>> List();

  // NotFound if there is none; DataLoss if it is damaged.
  StatusOr<StoredModel> Load(const security::Digest& digest);

  // The newest of a run, whatever its stage. NotFound, naming the runs there are, or DataLoss.
  StatusOr<StoredModel> OfRun(const std::string& run);

  // What consultations use: the newest released model that is whole. Nothing if there is none;
  // DataLoss if all there are are damaged.
  StatusOr<std::optional<StoredModel>> Released();

 private:
  StatusOr<StoredModel> LoadLocked(const ModelEntry& entry) REQUIRES(database_.mutex());
  StatusOr<std::vector<ModelEntry>> ListLocked() REQUIRES(database_.mutex());

  Database& database_;
};

}  // namespace consilium::storage

#endif  // CONSILIUM_SERVER_STORAGE_MODELS_H_
