#include "server/storage/format.h"

#include <array>

namespace consilium::storage {
namespace {

constexpr std::array<std::string_view, 1> kNodeSteps = {R"sql(
  CREATE TABLE checkpoints (
    run TEXT PRIMARY KEY,
    rounds_completed INTEGER NOT NULL,
    body BLOB NOT NULL
  );
  CREATE TABLE models (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL UNIQUE,
    run TEXT NOT NULL,
    generation INTEGER NOT NULL,
    rounds INTEGER NOT NULL,
    created INTEGER NOT NULL,
    stage INTEGER NOT NULL,
    body BLOB NOT NULL
  );
)sql"};

constexpr std::array<std::string_view, 1> kCoordinatorSteps = {R"sql(
  CREATE TABLE runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL UNIQUE,
    body BLOB NOT NULL
  );
  CREATE TABLE idempotency_keys (
    key TEXT PRIMARY KEY,
    run TEXT NOT NULL REFERENCES runs(run)
  ) WITHOUT ROWID;
  CREATE TABLE sites (
    site TEXT PRIMARY KEY,
    last_seen INTEGER NOT NULL,
    software TEXT NOT NULL,
    address TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    certificate_expires INTEGER NOT NULL
  ) WITHOUT ROWID;
)sql"};

}  // namespace

DatabaseFormat NodeFormat() { return {"node.db", 0x434e534e, kNodeSteps}; }

DatabaseFormat CoordinatorFormat() { return {"coordinator.db", 0x434e5343, kCoordinatorSteps}; }

}  // namespace consilium::storage
