#include "client/cli/run_json.h"

#include "base/json.h"

namespace consilium::cli {
namespace {

void Put(Json& json, const char* key, std::optional<double> value) {
  if (value) json[key] = *value;
}

Json ToJson(const api::OutcomeView& outcome) {
  Json models = Json::Object();
  for (const api::ScoresView& scores : outcome.models) {
    Json& json = models[scores.model] = Json::Object();
    Put(json, "auroc", scores.auroc);
    Put(json, "macro_f1", scores.macro_f1);
    Put(json, "accuracy", scores.accuracy);
    Put(json, "ece", scores.ece);
    Put(json, "nll", scores.nll);
  }
  return {{"outcome", outcome.outcome}, {"models", models}};
}

Json ToJson(const api::LinkView& link) {
  return {{"peer", link.peer},
          {"bytes_sent", link.bytes_sent},
          {"bytes_received", link.bytes_received}};
}

Json ToJson(const api::ModuleTrafficView& module) {
  return {{"module", module.module},
          {"bytes", module.bytes},
          {"bytes_uncompressed", module.bytes_uncompressed},
          {"error", module.error}};
}

template <typename T>
Json ArrayOf(const std::vector<T>& items) {
  Json array = Json::Array();
  for (const T& item : items) array.Append(ToJson(item));
  return array;
}

Json ToJson(const api::ReportView& report) {
  Json outcomes = Json::Array();
  for (const api::OutcomeView& outcome : report.outcomes) outcomes.Append(ToJson(outcome));
  return {{"training_patients", report.training_patients},
          {"held_out_patients", report.held_out_patients},
          {"model", report.model_digest},
          {"modules", ArrayOf(report.modules)},
          {"bytes_by_round", report.round_bytes},
          {"outcomes", outcomes}};
}

Json ToJson(const api::RunSiteView& site) {
  Json json = {{"site", site.site},
               {"attached", site.attached},
               {"participating", site.participating},
               {"note", site.note},
               {"stage", site.stage},
               {"rounds_completed", site.rounds_completed},
               {"bytes_sent", site.bytes_sent},
               {"bytes_uncompressed", site.bytes_uncompressed},
               {"compression_error", site.compression_error},
               {"links", ArrayOf(site.links)},
               {"train_seconds", site.train_seconds},
               {"exchange_seconds", site.exchange_seconds},
               {"missed", site.missed}};
  Put(json, "training_loss", site.training_loss);
  if (site.report) json["report"] = ToJson(*site.report);
  return json;
}

Json ToJson(const api::RunView& run) {
  Json sites = Json::Array();
  for (const api::RunSiteView& site : run.sites) sites.Append(ToJson(site));
  return {{"run", run.run},
          {"state", run.state},
          {"reason", run.reason},
          {"generation", run.generation},
          {"rounds", run.rounds},
          {"rounds_completed", run.rounds_completed},
          {"created", run.created},
          {"ended", run.ended},
          {"model", run.model_digest},
          {"sites", sites}};
}

}  // namespace

std::string RunJson(const api::RunView& run) { return ToJson(run).Text(); }

std::string RunsJson(const std::vector<api::RunView>& runs) {
  Json json = Json::Array();
  for (const api::RunView& run : runs) json.Append(ToJson(run));
  return json.Text();
}

std::string SitesJson(const std::vector<api::SiteView>& sites) {
  Json json = Json::Array();
  for (const api::SiteView& site : sites) {
    json.Append({{"site", site.site},
                 {"attached", site.attached},
                 {"last_seen", site.last_seen},
                 {"run", site.run},
                 {"software", site.software},
                 {"address", site.address},
                 {"schema_version", site.schema_version},
                 {"certificate_expires", site.certificate_expires}});
  }
  return json.Text();
}

}  // namespace consilium::cli
