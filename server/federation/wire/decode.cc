#include <cmath>

#include "base/bytes.h"
#include "proto/federation.pb.h"
#include "server/federation/wire/convert.h"

namespace consilium::federation {
namespace {

constexpr size_t kLongestName = 128;
constexpr size_t kLongestReason = 4096;
constexpr size_t kLongestPlan = 1 << 20;
constexpr size_t kDigestBytes = 32;
constexpr int kMostModules = 1'000'000;
constexpr int kMostSites = 10'000;
constexpr int kMostOutcomes = 10'000;
constexpr int kMostModels = 100;
constexpr uint32_t kLargestCount = 1'000'000'000;

Status CheckText(std::string_view field, const std::string& text, size_t longest) {
  if (text.size() <= longest) return OkStatus();
  return InvalidArgument("{} of {} bytes, expected at most {}", field, text.size(), longest);
}

// Runs and sites: what may stand in a file's name and a log line.
Status CheckName(std::string_view field, const std::string& name) {
  if (name.empty() || name.size() > kLongestName) {
    return InvalidArgument("{} of {} bytes, expected 1 to {}", field, name.size(), kLongestName);
  }
  for (const char c : name) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.';
    if (!fits)
      return InvalidArgument("{} has byte {}, expected letters, digits, - _ .", field,
                             static_cast<int>(static_cast<unsigned char>(c)));
  }
  return OkStatus();
}

Status CheckLength(std::string_view field, int length, int most) {
  if (length <= most) return OkStatus();
  return InvalidArgument("{} {}, expected at most {}", length, field, most);
}

StatusOr<int> Count(std::string_view field, uint32_t value) {
  if (value > kLargestCount)
    return InvalidArgument("{} is {}, expected at most {}", field, value, kLargestCount);
  return static_cast<int>(value);
}

Status CheckFinite(std::string_view field, double value) {
  if (std::isfinite(value)) return OkStatus();
  return InvalidArgument("{} is {}, expected a finite number", field, value);
}

template <typename Weights>
StatusOr<std::vector<float>> DecodeWeights(const Weights& weights) {
  RETURN_IF_ERROR(CheckLength("weights", weights.size(), kMostModules));
  for (const float weight : weights) {
    if (!IsWeight(weight)) {
      return InvalidArgument("weight is {}, expected 0 or a number from 1e-6 to 1e9", weight);
    }
  }
  return std::vector<float>(weights.begin(), weights.end());
}

template <typename Message, typename Value>
Status DecodeReason(const Message& from, Value& to) {
  RETURN_IF_ERROR(CheckName("run", from.run()));
  RETURN_IF_ERROR(CheckText("reason", from.reason(), kLongestReason));
  to.run = from.run();
  to.reason = from.reason();
  return OkStatus();
}

StatusOr<Participant> DecodeParticipant(const v1::Participant& from) {
  Participant participant;
  RETURN_IF_ERROR(CheckName("participant", from.site()));
  participant.site = from.site();
  ASSIGN_OR_RETURN(participant.weights, DecodeWeights(from.weights()));
  participant.current = from.current();
  participant.aggregator = from.aggregator();
  return participant;
}

StatusOr<training::ModelReport> DecodeScores(const v1::ModelScores& from) {
  RETURN_IF_ERROR(CheckName("model", from.model()));
  for (const double score :
       {from.auroc(), from.macro_f1(), from.accuracy(), from.ece(), from.nll()}) {
    RETURN_IF_ERROR(CheckFinite("score", score));
  }
  training::ModelReport report{.model = from.model(), .scores = {}};
  if (from.has_auroc()) report.scores.auroc = from.auroc();
  if (from.has_macro_f1()) report.scores.macro_f1 = from.macro_f1();
  if (from.has_accuracy()) report.scores.accuracy = from.accuracy();
  if (from.has_ece()) report.scores.ece = from.ece();
  if (from.has_nll()) report.scores.nll = from.nll();
  return report;
}

StatusOr<training::OutcomeScores> DecodeOutcome(const v1::OutcomeReport& from) {
  RETURN_IF_ERROR(CheckText("outcome", from.outcome(), kLongestName));
  RETURN_IF_ERROR(CheckLength("models", from.models_size(), kMostModels));
  training::OutcomeScores outcome{.outcome = from.outcome(), .models = {}};
  for (const v1::ModelScores& model : from.models()) {
    ASSIGN_OR_RETURN(outcome.models.emplace_back(), DecodeScores(model));
  }
  return outcome;
}

StatusOr<std::vector<LinkTraffic>> DecodeLinks(
    const google::protobuf::RepeatedPtrField<v1::LinkTraffic>& from) {
  RETURN_IF_ERROR(CheckLength("links", from.size(), kMostSites));
  std::vector<LinkTraffic> links;
  for (const v1::LinkTraffic& link : from) {
    RETURN_IF_ERROR(CheckName("peer", link.peer()));
    links.push_back({link.peer(), link.bytes_sent(), link.bytes_received()});
  }
  return links;
}

StatusOr<Traffic> DecodeTraffic(const v1::Traffic& from) {
  Traffic traffic;
  ASSIGN_OR_RETURN(traffic.links, DecodeLinks(from.links()));
  RETURN_IF_ERROR(CheckLength("modules", from.modules_size(), kMostModules));
  for (const v1::ModuleTraffic& module : from.modules()) {
    RETURN_IF_ERROR(CheckFinite("error of a module", module.squared_error()));
    RETURN_IF_ERROR(CheckFinite("norm of a module", module.squared_norm()));
    RETURN_IF_ERROR(CheckText("module", module.module(), kLongestName));
    traffic.modules.push_back({module.module(), module.bytes(), module.bytes_uncompressed(),
                               module.squared_error(), module.squared_norm()});
  }
  traffic.rounds.assign(from.rounds().begin(), from.rounds().end());
  return traffic;
}

}  // namespace

StatusOr<std::string> DigestText(std::string_view field, const std::string& bytes) {
  if (bytes.size() == kDigestBytes) return Hex(bytes);
  return InvalidArgument("{} of {} bytes, expected {}", field, bytes.size(), kDigestBytes);
}

StatusOr<Invitation> Decode(const v1::Invitation& from) {
  RETURN_IF_ERROR(CheckName("run", from.run()));
  RETURN_IF_ERROR(CheckText("plan", from.plan(), kLongestPlan));
  return Invitation{.run = from.run(), .plan = from.plan()};
}

StatusOr<Offer> Decode(const v1::Offer& from) {
  Offer offer;
  RETURN_IF_ERROR(CheckName("run", from.run()));
  offer.run = from.run();
  ASSIGN_OR_RETURN(offer.weights, DecodeWeights(from.weights()));
  ASSIGN_OR_RETURN(offer.rounds_completed, Count("rounds completed", from.rounds_completed()));
  offer.knows_statistics = from.knows_statistics();
  ASSIGN_OR_RETURN(offer.training_patients, Count("patients", from.training_patients()));
  ASSIGN_OR_RETURN(offer.layout_digest, DigestText("layout digest", from.layout_sha256()));
  return offer;
}

StatusOr<Decline> Decode(const v1::Decline& from) {
  Decline decline;
  RETURN_IF_ERROR(DecodeReason(from, decline));
  return decline;
}

StatusOr<Assignment> Decode(const v1::Assignment& from) {
  Assignment assignment;
  RETURN_IF_ERROR(CheckName("run", from.run()));
  RETURN_IF_ERROR(CheckLength("participants", from.participants_size(), kMostSites));
  RETURN_IF_ERROR(CheckLength("edges", from.edges_size(), kMostSites * 100));
  assignment.run = from.run();
  assignment.generation = from.generation();
  for (const v1::Participant& participant : from.participants()) {
    ASSIGN_OR_RETURN(assignment.participants.emplace_back(), DecodeParticipant(participant));
  }
  const uint32_t sites = static_cast<uint32_t>(from.participants_size());
  for (const v1::Edge& edge : from.edges()) {
    if (edge.a() >= sites || edge.b() >= sites || edge.a() == edge.b()) {
      return InvalidArgument("edge {} - {} among {} participants", edge.a(), edge.b(), sites);
    }
    assignment.edges.emplace_back(static_cast<int>(edge.a()), static_cast<int>(edge.b()));
  }
  ASSIGN_OR_RETURN(assignment.first_round, Count("first round", from.first_round()));
  return assignment;
}

StatusOr<Hold> Decode(const v1::Hold& from) {
  Hold hold;
  RETURN_IF_ERROR(DecodeReason(from, hold));
  return hold;
}

StatusOr<Ended> Decode(const v1::Ended& from) {
  Ended ended;
  RETURN_IF_ERROR(DecodeReason(from, ended));
  return ended;
}

StatusOr<Progress> Decode(const v1::Progress& from) {
  Progress progress;
  RETURN_IF_ERROR(CheckName("run", from.run()));
  progress.run = from.run();
  progress.generation = from.generation();
  ASSIGN_OR_RETURN(progress.rounds_completed, Count("rounds completed", from.rounds_completed()));
  if (!v1::Stage_IsValid(from.stage()) || from.stage() == v1::STAGE_UNSPECIFIED) {
    return InvalidArgument("stage is {}, expected 1 to 7", static_cast<int>(from.stage()));
  }
  progress.stage = static_cast<Stage>(from.stage());
  for (const double value : {from.training_loss(), from.train_seconds(), from.exchange_seconds()}) {
    RETURN_IF_ERROR(CheckFinite("loss or seconds", value));
  }
  progress.training_loss = from.training_loss();
  progress.bytes_sent = from.bytes_sent();
  progress.bytes_uncompressed = from.bytes_uncompressed();
  RETURN_IF_ERROR(CheckLength("missed sites", from.missed_size(), kMostSites));
  for (const std::string& site : from.missed()) {
    RETURN_IF_ERROR(CheckName("missed site", site));
    progress.missed.push_back(site);
  }
  progress.train_seconds = from.train_seconds();
  progress.exchange_seconds = from.exchange_seconds();
  ASSIGN_OR_RETURN(progress.links, DecodeLinks(from.links()));
  RETURN_IF_ERROR(CheckFinite("compression error", from.compression_error()));
  progress.compression_error = from.compression_error();
  return progress;
}

StatusOr<SiteReport> Decode(const v1::SiteReport& from) {
  SiteReport report;
  RETURN_IF_ERROR(CheckName("run", from.run()));
  RETURN_IF_ERROR(CheckLength("outcomes", from.outcomes_size(), kMostOutcomes));
  report.run = from.run();
  report.generation = from.generation();
  ASSIGN_OR_RETURN(report.rounds_completed, Count("rounds completed", from.rounds_completed()));
  ASSIGN_OR_RETURN(report.report.training_patients, Count("patients", from.training_patients()));
  ASSIGN_OR_RETURN(report.report.held_out_patients, Count("patients", from.held_out_patients()));
  for (const v1::OutcomeReport& outcome : from.outcomes()) {
    ASSIGN_OR_RETURN(report.report.outcomes.emplace_back(), DecodeOutcome(outcome));
  }
  ASSIGN_OR_RETURN(report.model_digest, DigestText("model digest", from.model_sha256()));
  report.bytes_sent = from.bytes_sent();
  report.bytes_uncompressed = from.bytes_uncompressed();
  ASSIGN_OR_RETURN(report.traffic, DecodeTraffic(from.traffic()));
  return report;
}

StatusOr<LinkBroken> Decode(const v1::LinkBroken& from) {
  LinkBroken broken;
  RETURN_IF_ERROR(DecodeReason(from, broken));
  RETURN_IF_ERROR(CheckName("from", from.from()));
  broken.generation = from.generation();
  broken.from = from.from();
  return broken;
}

}  // namespace consilium::federation
