#include "lab/tuning/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/bytes.h"
#include "base/file.h"
#include "base/security/digest.h"
#include "server/training/words.h"

namespace consilium::tuning {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kFormat[] = "consilium.tune-journal/1";
constexpr size_t kChecksumDigits = 8;

std::string Seal(const std::string& json) { return fmt::format("{:08x} {}\n", Crc32c(json), json); }

// Nothing if the line is torn or altered.
std::optional<Json> Unseal(std::string_view line) {
  if (line.size() < kChecksumDigits + 2) return std::nullopt;
  const std::string_view json = line.substr(kChecksumDigits + 1);
  if (fmt::format("{:08x} ", Crc32c(json)) != line.substr(0, kChecksumDigits + 1)) {
    return std::nullopt;
  }
  Json parsed = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) return std::nullopt;
  return parsed;
}

Json Number(const std::optional<double>& score) { return score ? Json(*score) : Json(nullptr); }

std::optional<double> Number(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

Json Encode(const training::Scores& scores) {
  return {{"loss", Number(scores.nll)},
          {"auroc", Number(scores.auroc)},
          {"macro_f1", Number(scores.macro_f1)},
          {"accuracy", Number(scores.accuracy)},
          {"ece", Number(scores.ece)}};
}

training::Scores DecodeScores(const Json& json) {
  training::Scores scores;
  scores.nll = Number(json, "loss");
  scores.auroc = Number(json, "auroc");
  scores.macro_f1 = Number(json, "macro_f1");
  scores.accuracy = Number(json, "accuracy");
  scores.ece = Number(json, "ece");
  return scores;
}

Json Encode(const optim::Configuration& drawn) {
  return {{"optimiser", drawn.optimiser},
          {"rate", WordOf(training::kRates, drawn.rate)},
          {"learning_rate", drawn.learning_rate},
          {"rate_power", drawn.rate_power},
          {"momentum", drawn.settings.momentum},
          {"beta1", drawn.settings.beta1},
          {"beta2", drawn.settings.beta2},
          {"epsilon", drawn.settings.epsilon},
          {"weight_decay", drawn.settings.weight_decay}};
}

optim::Configuration DecodeConfiguration(const Json& json) {
  optim::Configuration drawn;
  const auto rate = ValueOf<optim::RateShape>(training::kRates, json.value("rate", ""));
  if (!rate) return drawn;  // without an optimiser it is of no search
  drawn.rate = *rate;
  drawn.optimiser = json.value("optimiser", "");
  drawn.learning_rate = Number(json, "learning_rate").value_or(0);
  drawn.rate_power = Number(json, "rate_power").value_or(0);
  drawn.settings.momentum = Number(json, "momentum").value_or(0);
  drawn.settings.beta1 = Number(json, "beta1").value_or(0);
  drawn.settings.beta2 = Number(json, "beta2").value_or(0);
  drawn.settings.epsilon = Number(json, "epsilon").value_or(0);
  drawn.settings.weight_decay = Number(json, "weight_decay").value_or(0);
  return drawn;
}

std::string Encode(const TrialRecord& record) {
  Json json = {{"search", record.search}, {"number", record.number}};
  json["drawn"] = Encode(record.drawn);
  if (record.diverged.empty()) {
    json["validation"] = Encode(record.validation);
    json["test"] = Encode(record.test);
  } else {
    json["diverged"] = record.diverged;
  }
  json["seconds"] = record.seconds;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<TrialRecord> Decode(const Json& json) {
  if (!json.contains("search") || !json["search"].is_string() || !json.contains("number") ||
      !json["number"].is_number_integer() || !json.contains("drawn") ||
      !json["drawn"].is_object()) {
    return std::nullopt;
  }
  TrialRecord record;
  record.search = json["search"];
  record.number = json["number"];
  record.drawn = DecodeConfiguration(json["drawn"]);
  if (json.contains("diverged")) {
    record.diverged = json.value("diverged", "diverged");
  } else {
    record.validation = DecodeScores(json.value("validation", Json::object()));
    record.test = DecodeScores(json.value("test", Json::object()));
  }
  record.seconds = Number(json, "seconds").value_or(0);
  return record;
}

class FileJournal final : public Journal {
 public:
  FileJournal(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  ~FileJournal() override { close(descriptor_); }

  const std::vector<TrialRecord>& records() const override { return records_; }

  Status Add(const TrialRecord& record) override {
    RETURN_IF_ERROR(Append(Seal(Encode(record))));
    records_.push_back(record);
    return OkStatus();
  }

  Status Load(const std::string& fingerprint) {
    if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      return FailedPrecondition("{}: another process is writing to this journal", path_);
    }
    ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path_));
    size_t good = 0;
    for (size_t end = bytes.find('\n'); end != std::string::npos; end = bytes.find('\n', good)) {
      const auto json = Unseal(std::string_view(bytes).substr(good, end - good));
      if (!json) break;
      RETURN_IF_ERROR(good == 0 ? CheckHeader(*json, fingerprint) : Take(*json));
      good = end + 1;
    }
    if (bytes.find('\n', good) + 1 < bytes.size() && bytes.find('\n', good) != std::string::npos) {
      return DataLoss("{}: the line at byte {} is damaged, and others follow it", path_, good);
    }
    if (ftruncate(descriptor_, static_cast<off_t>(good)) != 0 ||
        lseek(descriptor_, 0, SEEK_END) < 0) {
      return Broken("cut off a torn line");
    }
    if (good > 0) return OkStatus();
    return Append(Seal(Json{{"format", kFormat}, {"fingerprint", fingerprint}}.dump()));
  }

 private:
  Status CheckHeader(const Json& header, const std::string& fingerprint) const {
    if (header.value("format", "") != kFormat) {
      return InvalidArgument("{}: not a journal of trials ({})", path_, kFormat);
    }
    if (header.value("fingerprint", "") != fingerprint) {
      return FailedPrecondition(
          "{}: this journal is of another plan or other data; name another with --journal, or "
          "remove it",
          path_);
    }
    return OkStatus();
  }

  Status Take(const Json& json) {
    std::optional<TrialRecord> record = Decode(json);
    if (!record) return DataLoss("{}: a line is no trial: {}", path_, json.dump());
    records_.push_back(*std::move(record));
    return OkStatus();
  }

  Status Append(std::string_view line) {
    while (!line.empty()) {
      const ssize_t written = write(descriptor_, line.data(), line.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return Broken("write");
      line.remove_prefix(static_cast<size_t>(written));
    }
    return fsync(descriptor_) == 0 ? OkStatus() : Broken("write");
  }

  Status Broken(const char* verb) const {
    return Unavailable("{}: cannot {}: {}", path_, verb, std::strerror(errno));
  }

  const std::string path_;
  const int descriptor_;
  std::vector<TrialRecord> records_;
};

// The text without its [tune] tables.
std::string WithoutTune(const std::string& plan_text) {
  std::string rest;
  bool skipping = false;
  size_t begin = 0;
  while (begin < plan_text.size()) {
    const size_t end = std::min(plan_text.find('\n', begin), plan_text.size() - 1) + 1;
    const std::string_view line = std::string_view(plan_text).substr(begin, end - begin);
    if (line.starts_with("[")) {
      skipping = line.starts_with("[tune]") || line.starts_with("[[tune.");
    }
    if (!skipping) rest += line;
    begin = end;
  }
  return rest;
}

void Put(ByteWriter& writer, const data::Cohort& cohort) {
  writer.U32(static_cast<uint32_t>(cohort.patients));
  for (const std::vector<double>& column : cohort.values) writer.Doubles(column);
  for (const std::vector<int>& column : cohort.labels) {
    for (const int label : column) writer.U32(static_cast<uint32_t>(label));
  }
}

}  // namespace

StatusOr<std::unique_ptr<Journal>> Journal::Open(const std::string& path,
                                                 const std::string& fingerprint) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return Unavailable("{}: cannot open: {}", path, std::strerror(errno));
  auto journal = std::make_unique<FileJournal>(path, descriptor);
  RETURN_IF_ERROR(journal->Load(fingerprint));
  return journal;
}

std::string FingerprintOf(const TuningCase& tuning) {
  ByteWriter writer;
  writer.Text(WithoutTune(tuning.plan_text));
  writer.U64(tuning.plan.tune.seed);
  writer.Text(WordOf(training::kTuneTrainings, tuning.plan.tune.training));
  writer.F64(tuning.plan.training.validation);
  for (const simulation::SimulatedSite& site : tuning.sites) {
    writer.Text(site.name);
    Put(writer, site.train);
    Put(writer, site.test);
  }
  return security::ToHex(security::Sha256(writer.Take()));
}

}  // namespace consilium::tuning
