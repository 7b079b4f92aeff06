#ifndef CONSILIUM_CLIENT_API_FEDERATION_H_
#define CONSILIUM_CLIENT_API_FEDERATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What an operator sees of runs and sites, as plain values: see proto/administration.proto for what
// they mean.
namespace consilium::api {

struct ScoresView {
  std::string model = {};  // "federated", "local", "logistic_regression"
  std::optional<double> auroc = {};
  std::optional<double> macro_f1 = {};
  std::optional<double> accuracy = {};
  std::optional<double> ece = {};
  std::optional<double> nll = {};
};

struct OutcomeView {
  std::string outcome = {};
  std::vector<ScoresView> models = {};

  // Null if this model was not scored.
  const ScoresView* Find(const std::string& model) const;
};

struct LinkView {
  std::string peer = {};
  uint64_t bytes_sent = 0;
  uint64_t bytes_received = 0;
};

struct ModuleTrafficView {
  std::string module = {};
  uint64_t bytes = 0;
  uint64_t bytes_uncompressed = 0;
  double error = 0;  // |what messages left out| / |what they were to say|
};

struct ReportView {
  int training_patients = 0;
  int held_out_patients = 0;
  std::vector<OutcomeView> outcomes = {};
  std::string model_digest = {};  // hexadecimal
  std::vector<ModuleTrafficView> modules = {};
  std::vector<uint64_t> round_bytes = {};  // sent, by round
};

struct RunSiteView {
  std::string site = {};
  bool attached = false;
  bool participating = false;
  std::string note = {};
  std::string stage = {};  // "rounds"; empty before the first progress
  int rounds_completed = 0;
  std::optional<double> training_loss = {};
  uint64_t bytes_sent = 0;
  uint64_t bytes_uncompressed = 0;
  std::vector<LinkView> links = {};
  double compression_error = 0;  // of the rounds' messages, as for a module
  double train_seconds = 0;
  double exchange_seconds = 0;
  std::vector<std::string> missed = {};
  std::optional<ReportView> report = {};
};

struct RunView {
  std::string run = {};
  std::string state = {};  // "waiting", "running", "finished", "stopped", "failed"
  std::string reason = {};
  uint64_t generation = 0;
  int rounds = 0;
  int rounds_completed = 0;
  std::vector<RunSiteView> sites = {};
  std::string created = {};  // RFC 3339, UTC
  std::string ended = {};
  std::string model_digest = {};  // hexadecimal; empty while the sites do not agree on one

  bool HasEnded() const { return state == "finished" || state == "stopped" || state == "failed"; }
};

struct SiteView {
  std::string site = {};
  bool attached = false;
  std::string last_seen = {};
  std::string software = {};
  std::string address = {};
  int schema_version = 0;
  std::string run = {};
  std::string certificate_expires = {};
};

}  // namespace consilium::api

#endif  // CONSILIUM_CLIENT_API_FEDERATION_H_
