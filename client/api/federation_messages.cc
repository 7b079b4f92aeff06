#include "client/api/federation_messages.h"

#include <cmath>

#include "base/bytes.h"
#include "proto/administration.pb.h"

namespace consilium::api {
namespace {

std::string NameOf(v1::RunStatus::State state) {
  switch (state) {
    case v1::RunStatus::WAITING:
      return "waiting";
    case v1::RunStatus::RUNNING:
      return "running";
    case v1::RunStatus::FINISHED:
      return "finished";
    case v1::RunStatus::STOPPED:
      return "stopped";
    case v1::RunStatus::FAILED:
      return "failed";
    default:
      return "unknown";
  }
}

std::string NameOf(v1::Stage stage) {
  switch (stage) {
    case v1::STATISTICS:
      return "normalisation";
    case v1::RESYNC:
      return "resync";
    case v1::ROUND:
      return "rounds";
    case v1::SELECTION:
      return "selection";
    case v1::AGREEMENT:
      return "agreement";
    case v1::CONSENSUS:
      return "consensus";
    case v1::CALIBRATION:
      return "calibration";
    default:
      return "unknown";
  }
}

ScoresView ViewOf(const v1::ModelScores& from) {
  ScoresView to{.model = from.model()};
  if (from.has_auroc()) to.auroc = from.auroc();
  if (from.has_macro_f1()) to.macro_f1 = from.macro_f1();
  if (from.has_accuracy()) to.accuracy = from.accuracy();
  if (from.has_ece()) to.ece = from.ece();
  if (from.has_nll()) to.nll = from.nll();
  return to;
}

ModuleTrafficView ViewOf(const v1::ModuleTraffic& from) {
  const double error =
      from.squared_norm() > 0 ? std::sqrt(from.squared_error() / from.squared_norm()) : 0;
  return {from.module(), from.bytes(), from.bytes_uncompressed(), error};
}

ReportView ViewOf(const v1::SiteReport& from) {
  ReportView to{.training_patients = static_cast<int>(from.training_patients()),
                .held_out_patients = static_cast<int>(from.held_out_patients()),
                .model_digest = Hex(from.model_sha256())};
  for (const v1::OutcomeReport& outcome : from.outcomes()) {
    OutcomeView& added = to.outcomes.emplace_back(OutcomeView{.outcome = outcome.outcome()});
    for (const v1::ModelScores& scores : outcome.models()) added.models.push_back(ViewOf(scores));
  }
  for (const v1::ModuleTraffic& module : from.traffic().modules()) {
    to.modules.push_back(ViewOf(module));
  }
  to.round_bytes.assign(from.traffic().rounds().begin(), from.traffic().rounds().end());
  return to;
}

std::vector<LinkView> ViewOf(const google::protobuf::RepeatedPtrField<v1::LinkTraffic>& from) {
  std::vector<LinkView> to;
  for (const v1::LinkTraffic& link : from) {
    to.push_back({link.peer(), link.bytes_sent(), link.bytes_received()});
  }
  return to;
}

void Read(const v1::Progress& from, RunSiteView& to) {
  to.stage = NameOf(from.stage());
  to.rounds_completed = static_cast<int>(from.rounds_completed());
  if (from.training_loss() != 0) to.training_loss = from.training_loss();
  to.bytes_sent = from.bytes_sent();
  to.bytes_uncompressed = from.bytes_uncompressed();
  to.links = ViewOf(from.links());
  to.compression_error = from.compression_error();
  to.train_seconds = from.train_seconds();
  to.exchange_seconds = from.exchange_seconds();
  to.missed.assign(from.missed().begin(), from.missed().end());
}

RunSiteView ViewOf(const v1::SiteStatus& from) {
  RunSiteView to{.site = from.site(),
                 .attached = from.attached(),
                 .participating = from.participating(),
                 .note = from.note()};
  if (from.has_progress()) Read(from.progress(), to);
  if (from.has_report()) {
    to.report = ViewOf(from.report());
    to.bytes_sent = from.report().bytes_sent();
    to.bytes_uncompressed = from.report().bytes_uncompressed();
    to.links = ViewOf(from.report().traffic().links());
  }
  return to;
}

}  // namespace

const ScoresView* OutcomeView::Find(const std::string& model) const {
  for (const ScoresView& scores : models) {
    if (scores.model == model) return &scores;
  }
  return nullptr;
}

RunView ViewOf(const v1::RunStatus& status) {
  RunView view{.run = status.run(),
               .state = NameOf(status.state()),
               .reason = status.reason(),
               .generation = status.generation(),
               .rounds = static_cast<int>(status.rounds()),
               .rounds_completed = static_cast<int>(status.rounds_completed())};
  for (const v1::SiteStatus& site : status.sites()) view.sites.push_back(ViewOf(site));
  view.created = status.created();
  view.ended = status.ended();
  view.model_digest = Hex(status.model_sha256());
  return view;
}

SiteView ViewOf(const v1::Site& site) {
  return {.site = site.site(),
          .attached = site.attached(),
          .last_seen = site.last_seen(),
          .software = site.software(),
          .address = site.address(),
          .schema_version = static_cast<int>(site.schema_version()),
          .run = site.run(),
          .certificate_expires = site.certificate_expires()};
}

}  // namespace consilium::api
