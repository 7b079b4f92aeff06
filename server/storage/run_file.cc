#include "server/storage/run_file.h"

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "server/storage/sealed.h"

namespace consilium::storage {
namespace {

constexpr uint8_t kVersion = 2;

// One field order for writing and reading: Fields(archive, value) visits every field once.
class Writing {
 public:
  explicit Writing(ByteWriter& writer) : writer_(writer) {}
  void operator()(const std::string& text) { writer_.Text(text); }
  void operator()(bool value) { writer_.U8(value ? 1 : 0); }
  void operator()(int value) { writer_.U32(static_cast<uint32_t>(value)); }
  void operator()(uint64_t value) { writer_.U64(value); }
  void operator()(float value) { writer_.F32(value); }
  void operator()(double value) { writer_.F64(value); }
  void operator()(const Time& time) {
    writer_.U64(static_cast<uint64_t>(time.time_since_epoch().count()));
  }
  void operator()(federation::Stage stage) { writer_.U8(static_cast<uint8_t>(stage)); }
  void operator()(federation::RunState state) { writer_.U8(static_cast<uint8_t>(state)); }
  template <typename T>
  void operator()(const std::vector<T>& items);
  template <typename T>
  void operator()(const std::optional<T>& value);
  template <typename T>
  void operator()(const T& value);

 private:
  ByteWriter& writer_;
};

class Reading {
 public:
  explicit Reading(ByteReader& reader) : reader_(reader) {}
  void operator()(std::string& text) { text = reader_.Text(); }
  void operator()(bool& value) { value = reader_.U8() != 0; }
  void operator()(int& value) { value = static_cast<int>(reader_.U32()); }
  void operator()(uint64_t& value) { value = reader_.U64(); }
  void operator()(float& value) { value = reader_.F32(); }
  void operator()(double& value) { value = reader_.F64(); }
  void operator()(Time& time) { time = Time(Duration(static_cast<int64_t>(reader_.U64()))); }
  void operator()(federation::Stage& stage) {
    stage = static_cast<federation::Stage>(reader_.U8());
  }
  void operator()(federation::RunState& state) {
    state = static_cast<federation::RunState>(reader_.U8());
  }
  template <typename T>
  void operator()(std::vector<T>& items);
  template <typename T>
  void operator()(std::optional<T>& value);
  template <typename T>
  void operator()(T& value);

 private:
  ByteReader& reader_;
};

// A field list serves reading, where the value is changed, and writing, where it is const.
template <typename T, typename Value>
concept Is = std::same_as<std::remove_const_t<T>, Value>;

template <typename Archive, typename... Values>
void Each(Archive& archive, Values&... values) {
  (archive(values), ...);
}

void Fields(auto& archive, Is<federation::Offer> auto& value) {
  Each(archive, value.run, value.weights, value.rounds_completed, value.knows_statistics,
       value.training_patients, value.layout_digest);
}

void Fields(auto& archive, Is<federation::Progress> auto& value) {
  Each(archive, value.run, value.generation, value.rounds_completed, value.stage,
       value.training_loss, value.bytes_sent, value.bytes_uncompressed, value.missed,
       value.train_seconds, value.exchange_seconds, value.links, value.compression_error);
}

void Fields(auto& archive, Is<federation::SiteReport> auto& value) {
  Each(archive, value.run, value.generation, value.rounds_completed, value.report,
       value.model_digest, value.bytes_sent, value.bytes_uncompressed, value.traffic);
}

void Fields(auto& archive, Is<federation::LinkTraffic> auto& value) {
  Each(archive, value.peer, value.bytes_sent, value.bytes_received);
}

void Fields(auto& archive, Is<federation::ModuleTraffic> auto& value) {
  Each(archive, value.module, value.bytes, value.bytes_uncompressed, value.squared_error,
       value.squared_norm);
}

void Fields(auto& archive, Is<federation::Traffic> auto& value) {
  Each(archive, value.links, value.modules, value.rounds);
}

void Fields(auto& archive, Is<training::Report> auto& value) {
  Each(archive, value.training_patients, value.held_out_patients, value.outcomes);
}

void Fields(auto& archive, Is<training::OutcomeScores> auto& value) {
  Each(archive, value.outcome, value.models);
}

void Fields(auto& archive, Is<training::ModelReport> auto& value) {
  Each(archive, value.model, value.scores.auroc, value.scores.macro_f1, value.scores.accuracy,
       value.scores.ece, value.scores.nll);
}

void Fields(auto& archive, Is<federation::RunSite> auto& value) {
  Each(archive, value.site, value.attached, value.participating, value.note, value.offer,
       value.progress, value.report);
}

void Fields(auto& archive, Is<federation::RunRecord> auto& value) {
  Each(archive, value.run, value.plan_text, value.state, value.reason, value.generation,
       value.rounds_completed, value.created, value.ended, value.sites, value.model_digest);
}

template <typename T>
void Writing::operator()(const std::vector<T>& items) {
  writer_.U64(items.size());
  for (const T& item : items) (*this)(item);
}
template <typename T>
void Writing::operator()(const std::optional<T>& value) {
  writer_.U8(value ? 1 : 0);
  if (value) (*this)(*value);
}
template <typename T>
void Writing::operator()(const T& value) {
  Fields(*this, value);
}

template <typename T>
void Reading::operator()(std::vector<T>& items) {
  items.clear();
  for (size_t left = ReadCount(reader_, 4); left > 0 && !reader_.failed(); --left) {
    (*this)(items.emplace_back());
  }
}
template <typename T>
void Reading::operator()(std::optional<T>& value) {
  value.reset();
  if (reader_.U8() != 0) (*this)(value.emplace());
}
template <typename T>
void Reading::operator()(T& value) {
  Fields(*this, value);
}

}  // namespace

std::string EncodeRun(const federation::RunRecord& record) {
  ByteWriter writer;
  writer.U8(kVersion);
  Writing writing(writer);
  writing(record);
  return Seal(std::move(writer));
}

StatusOr<federation::RunRecord> DecodeRun(std::string_view bytes, std::string_view what) {
  ASSIGN_OR_RETURN(const std::string_view body, Unseal(bytes, kVersion, what));
  ByteReader reader(body);
  Reading reading(reader);
  federation::RunRecord record;
  reading(record);
  RETURN_IF_ERROR(reader.Finish(what));
  return record;
}

}  // namespace consilium::storage
