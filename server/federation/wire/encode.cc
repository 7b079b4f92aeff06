#include "proto/federation.pb.h"
#include "server/federation/wire/convert.h"

namespace consilium::federation {
namespace {

void EncodeScores(const training::Scores& scores, v1::ModelScores& to) {
  if (scores.auroc) to.set_auroc(*scores.auroc);
  if (scores.macro_f1) to.set_macro_f1(*scores.macro_f1);
  if (scores.accuracy) to.set_accuracy(*scores.accuracy);
  if (scores.ece) to.set_ece(*scores.ece);
  if (scores.nll) to.set_nll(*scores.nll);
}

int Digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

uint32_t Unsigned(int value) { return static_cast<uint32_t>(value); }

void EncodeLink(const LinkTraffic& link, v1::LinkTraffic& to) {
  to.set_peer(link.peer);
  to.set_bytes_sent(link.bytes_sent);
  to.set_bytes_received(link.bytes_received);
}

void EncodeTraffic(const Traffic& traffic, v1::Traffic& to) {
  for (const LinkTraffic& link : traffic.links) EncodeLink(link, *to.add_links());
  for (const ModuleTraffic& module : traffic.modules) {
    v1::ModuleTraffic& added = *to.add_modules();
    added.set_module(module.module);
    added.set_bytes(module.bytes);
    added.set_bytes_uncompressed(module.bytes_uncompressed);
    added.set_squared_error(module.squared_error);
    added.set_squared_norm(module.squared_norm);
  }
  for (const uint64_t bytes : traffic.rounds) to.add_rounds(bytes);
}

}  // namespace

std::string DigestBytes(const std::string& hexadecimal) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hexadecimal.size(); i += 2) {
    bytes.push_back(static_cast<char>(Digit(hexadecimal[i]) * 16 + Digit(hexadecimal[i + 1])));
  }
  return bytes;
}

void Encode(const Invitation& invitation, v1::Invitation& to) {
  to.set_run(invitation.run);
  to.set_plan(invitation.plan);
}

void Encode(const Offer& offer, v1::Offer& to) {
  to.set_run(offer.run);
  to.mutable_weights()->Assign(offer.weights.begin(), offer.weights.end());
  to.set_rounds_completed(Unsigned(offer.rounds_completed));
  to.set_knows_statistics(offer.knows_statistics);
  to.set_training_patients(Unsigned(offer.training_patients));
  to.set_layout_sha256(DigestBytes(offer.layout_digest));
}

void Encode(const Decline& decline, v1::Decline& to) {
  to.set_run(decline.run);
  to.set_reason(decline.reason);
}

void Encode(const Assignment& assignment, v1::Assignment& to) {
  to.set_run(assignment.run);
  to.set_generation(assignment.generation);
  for (const Participant& participant : assignment.participants) {
    v1::Participant& added = *to.add_participants();
    added.set_site(participant.site);
    added.mutable_weights()->Assign(participant.weights.begin(), participant.weights.end());
    added.set_current(participant.current);
    added.set_aggregator(participant.aggregator);
  }
  for (const auto& [a, b] : assignment.edges) {
    v1::Edge& added = *to.add_edges();
    added.set_a(Unsigned(a));
    added.set_b(Unsigned(b));
  }
  to.set_first_round(Unsigned(assignment.first_round));
}

void Encode(const Hold& hold, v1::Hold& to) {
  to.set_run(hold.run);
  to.set_reason(hold.reason);
}

void Encode(const Ended& ended, v1::Ended& to) {
  to.set_run(ended.run);
  to.set_reason(ended.reason);
}

void Encode(const Progress& progress, v1::Progress& to) {
  to.set_run(progress.run);
  to.set_generation(progress.generation);
  to.set_rounds_completed(Unsigned(progress.rounds_completed));
  to.set_stage(static_cast<v1::Stage>(progress.stage));
  to.set_training_loss(progress.training_loss);
  to.set_bytes_sent(progress.bytes_sent);
  to.set_bytes_uncompressed(progress.bytes_uncompressed);
  for (const std::string& site : progress.missed) to.add_missed(site);
  to.set_train_seconds(progress.train_seconds);
  to.set_exchange_seconds(progress.exchange_seconds);
  for (const LinkTraffic& link : progress.links) EncodeLink(link, *to.add_links());
  to.set_compression_error(progress.compression_error);
}

void Encode(const SiteReport& report, v1::SiteReport& to) {
  to.set_run(report.run);
  to.set_generation(report.generation);
  to.set_rounds_completed(Unsigned(report.rounds_completed));
  to.set_training_patients(Unsigned(report.report.training_patients));
  to.set_held_out_patients(Unsigned(report.report.held_out_patients));
  for (const training::OutcomeScores& outcome : report.report.outcomes) {
    v1::OutcomeReport& added = *to.add_outcomes();
    added.set_outcome(outcome.outcome);
    for (const training::ModelReport& model : outcome.models) {
      v1::ModelScores& scores = *added.add_models();
      scores.set_model(model.model);
      EncodeScores(model.scores, scores);
    }
  }
  to.set_model_sha256(DigestBytes(report.model_digest));
  to.set_bytes_sent(report.bytes_sent);
  to.set_bytes_uncompressed(report.bytes_uncompressed);
  EncodeTraffic(report.traffic, *to.mutable_traffic());
}

void Encode(const LinkBroken& broken, v1::LinkBroken& to) {
  to.set_run(broken.run);
  to.set_generation(broken.generation);
  to.set_from(broken.from);
  to.set_reason(broken.reason);
}

}  // namespace consilium::federation
