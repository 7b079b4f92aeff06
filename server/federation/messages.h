#ifndef CONSILIUM_SERVER_FEDERATION_MESSAGES_H_
#define CONSILIUM_SERVER_FEDERATION_MESSAGES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/federation/traffic.h"
#include "server/training/report.h"

// The protocol's messages as checked values, without protobuf: see proto/federation.proto for what
// they mean. server/federation/wire turns one into the other.
namespace consilium::federation {

// Sent: never renumber.
enum class Stage : uint8_t {
  kStatistics = 1,
  kResync = 2,
  kRound = 3,
  kConsensus = 4,
  kSelection = 5,
  kCalibration = 6,
  kAgreement = 7
};

std::string_view Name(Stage stage);

// Does a generation come to `later` only after `earlier`? Their numbers do not say so.
bool IsAfter(Stage later, Stage earlier);

// What a weight, the patients that a module was trained on, may be: 0, or such that neither it nor
// sums and quotients with it leave the range of a float.
bool IsWeight(float weight);

struct Invitation {
  std::string run;
  std::string plan;  // TOML
};

struct Offer {
  std::string run;
  std::vector<float> weights;
  int rounds_completed = 0;
  bool knows_statistics = false;
  int training_patients = 0;
  std::string layout_digest;
};

struct Decline {
  std::string run;
  std::string reason;
};

struct Participant {
  std::string site;
  std::vector<float> weights;
  bool current = false;
  bool aggregator = false;
  bool operator==(const Participant&) const = default;
};

struct Assignment {
  std::string run;
  uint64_t generation = 0;
  std::vector<Participant> participants;
  std::vector<std::pair<int, int>> edges;  // between positions in `participants`
  int first_round = 1;
  bool operator==(const Assignment&) const = default;
};

struct Hold {
  std::string run;
  std::string reason;
};

struct Ended {
  std::string run;
  std::string reason;
};

struct PeerMessage {
  std::string run;
  uint64_t generation = 0;
  Stage stage = Stage::kRound;
  int round = 0;
  std::string from;
  std::string to;
  uint64_t sequence = 0;
  std::string body;
  size_t chunk_bytes = kLargestChunkBytes;  // at most, in each piece it travels in; not sent
};

struct Progress {
  std::string run;
  uint64_t generation = 0;
  int rounds_completed = 0;
  Stage stage = Stage::kRound;
  double training_loss = 0;
  uint64_t bytes_sent = 0;
  uint64_t bytes_uncompressed = 0;
  std::vector<std::string> missed;  // in the round after rounds_completed
  double train_seconds = 0;
  double exchange_seconds = 0;
  std::vector<LinkTraffic> links = {};
  double compression_error = 0;  // CompressionError so far
};

struct SiteReport {
  std::string run;
  uint64_t generation = 0;
  int rounds_completed = 0;
  training::Report report;
  std::string model_digest;
  uint64_t bytes_sent = 0;
  uint64_t bytes_uncompressed = 0;
  Traffic traffic = {};
};

struct LinkBroken {
  std::string run;
  uint64_t generation = 0;
  std::string from;
  std::string reason;
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_MESSAGES_H_
