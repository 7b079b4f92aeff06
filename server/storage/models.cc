#include "server/storage/models.h"

#include <set>
#include <utility>

#include "fmt/ranges.h"
#include "server/storage/model_file.h"

namespace consilium::storage {
namespace {

constexpr char kSelectEntries[] =
    "SELECT number, digest, run, generation, rounds, created, stage FROM models "
    "ORDER BY number DESC";

StatusOr<ModelEntry> ReadEntry(const Statement& row) {
  ModelEntry entry;
  entry.number = row.Integer(0);
  ASSIGN_OR_RETURN(entry.digest, security::ParseDigest(row.Text(1)));
  entry.run = row.Text(2);
  entry.generation = static_cast<uint64_t>(row.Integer(3));
  entry.rounds = static_cast<int>(row.Integer(4));
  entry.created = Time(Duration(row.Integer(5)));
  entry.stage = static_cast<ModelStage>(row.Integer(6));
  return entry;
}

}  // namespace

StatusOr<ModelEntry> Models::Store(const training::Model& model) {
  const std::string body = EncodeModel(model);
  const security::Digest digest = DigestOf(model);
  const std::string hex = security::ToHex(digest);
  Transaction transaction(database_);
  RETURN_IF_ERROR(transaction.begun());
  ASSIGN_OR_RETURN(Statement insert,
                   database_.Prepare("INSERT INTO models (digest, run, generation, rounds, "
                                     "created, stage, body) VALUES (?, ?, ?, ?, ?, ?, ?) "
                                     "ON CONFLICT (digest) DO NOTHING"));
  insert.Text(1, hex)
      .Text(2, model.run)
      .Integer(3, static_cast<int64_t>(model.generation))
      .Integer(4, model.rounds)
      .Integer(5, model.created.time_since_epoch().count())
      .Integer(6, static_cast<int64_t>(ModelStage::kReleased))
      .Blob(7, body);
  RETURN_IF_ERROR(insert.Run());
  RETURN_IF_ERROR(transaction.Commit());
  ASSIGN_OR_RETURN(const std::vector<ModelEntry> entries, ListLocked());
  for (const ModelEntry& entry : entries) {
    if (entry.digest == digest) return entry;
  }
  return Internal("model {} was stored and is not there", hex);
}

StatusOr<std::vector<ModelEntry>> Models::List() {
  MutexLock lock(database_.mutex());
  return ListLocked();
}

StatusOr<StoredModel> Models::Load(const security::Digest& digest) {
  MutexLock lock(database_.mutex());
  ASSIGN_OR_RETURN(const std::vector<ModelEntry> entries, ListLocked());
  for (const ModelEntry& entry : entries) {
    if (entry.digest == digest) return LoadLocked(entry);
  }
  return NotFound("no model {} at this site; list the models there are", security::ToHex(digest));
}

StatusOr<StoredModel> Models::OfRun(const std::string& run) {
  MutexLock lock(database_.mutex());
  ASSIGN_OR_RETURN(const std::vector<ModelEntry> entries, ListLocked());
  std::set<std::string> runs;
  for (const ModelEntry& entry : entries) {
    if (entry.run == run) return LoadLocked(entry);
    runs.insert(entry.run);
  }
  return NotFound(
      "this site keeps no model of run '{}'; it keeps {}", run,
      runs.empty() ? "none at all" : fmt::format("those of: {}", fmt::join(runs, ", ")));
}

StatusOr<std::optional<StoredModel>> Models::Released() {
  MutexLock lock(database_.mutex());
  ASSIGN_OR_RETURN(const std::vector<ModelEntry> entries, ListLocked());
  Status damaged = OkStatus();
  for (const ModelEntry& entry : entries) {
    if (entry.stage != ModelStage::kReleased) continue;
    StatusOr<StoredModel> stored = LoadLocked(entry);
    if (stored.ok()) return std::optional<StoredModel>(std::move(*stored));
    if (damaged.ok()) damaged = stored.status();
  }
  if (!damaged.ok()) return damaged;
  return std::optional<StoredModel>();
}

StatusOr<StoredModel> Models::LoadLocked(const ModelEntry& entry) {
  ASSIGN_OR_RETURN(Statement select, database_.Prepare("SELECT body FROM models WHERE number = ?"));
  select.Integer(1, entry.number);
  ASSIGN_OR_RETURN(const bool found, select.Next());
  if (!found) return NotFound("model number {} is gone", entry.number);
  const std::string what = "model " + security::ToHex(entry.digest);
  ASSIGN_OR_RETURN(training::Model model, DecodeModel(select.Blob(0), what));
  if (DigestOf(model) != entry.digest) {
    return DataLoss("{}: its contents have another digest; restore it from a back-up", what);
  }
  return StoredModel{entry, std::move(model)};
}

StatusOr<std::vector<ModelEntry>> Models::ListLocked() {
  ASSIGN_OR_RETURN(Statement select, database_.Prepare(kSelectEntries));
  std::vector<ModelEntry> entries;
  while (true) {
    ASSIGN_OR_RETURN(const bool row, select.Next());
    if (!row) return entries;
    ASSIGN_OR_RETURN(ModelEntry entry, ReadEntry(select));
    entries.push_back(std::move(entry));
  }
}

}  // namespace consilium::storage
