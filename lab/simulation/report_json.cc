#include <cmath>

#include "base/json.h"
#include "lab/simulation/simulate.h"

namespace consilium::simulation {
namespace {

Json ToJson(const std::vector<training::OutcomeScores>& outcomes) {
  Json all = Json::Object();
  for (const training::OutcomeScores& outcome : outcomes) {
    Json& models = all[outcome.outcome] = Json::Object();
    for (const training::ModelReport& model : outcome.models) {
      models[model.model] = {{"auroc", model.scores.auroc},
                             {"macro_f1", model.scores.macro_f1},
                             {"accuracy", model.scores.accuracy},
                             {"ece", model.scores.ece},
                             {"nll", model.scores.nll}};
    }
  }
  return all;
}

Json ToJson(const federation::Traffic& traffic) {
  Json links = Json::Array(), modules = Json::Array();
  for (const federation::LinkTraffic& link : traffic.links) {
    links.Append({{"peer", link.peer},
                  {"bytes_sent", link.bytes_sent},
                  {"bytes_received", link.bytes_received}});
  }
  for (const federation::ModuleTraffic& module : traffic.modules) {
    const double error =
        module.squared_norm > 0 ? std::sqrt(module.squared_error / module.squared_norm) : 0;
    modules.Append({{"module", module.module},
                    {"bytes", module.bytes},
                    {"bytes_uncompressed", module.bytes_uncompressed},
                    {"error", error}});
  }
  return {{"links", links},
          {"modules", modules},
          {"bytes_by_round", traffic.rounds},
          {"compression_error", federation::CompressionError(traffic)}};
}

Json ToJson(const SimulatedSiteResult& site) {
  return {{"site", site.site},
          {"training_patients", site.training_patients},
          {"held_out_patients", site.held_out_patients},
          {"findings", site.findings},
          {"outcomes", ToJson(site.outcomes)},
          {"bytes_sent", site.bytes_sent},
          {"bytes_uncompressed", site.bytes_uncompressed},
          {"traffic", ToJson(site.traffic)}};
}

}  // namespace

std::string ToJson(const SimulationResult& result) {
  Json json = {{"format", "consilium.simulation/1"}};
  json["sites"] = Json::Array();
  for (const SimulatedSiteResult& site : result.sites) json["sites"].Append(ToJson(site));
  json["mean_over_sites"] = ToJson(result.mean);
  json["pooled"] = ToJson(result.pooled);
  if (!result.beside_reference.empty()) {
    json["beside_reference"] = {{"patients", result.patients_with_reference},
                                {"outcomes", ToJson(result.beside_reference)}};
  }
  json["bytes_sent"] = result.bytes_sent;
  json["bytes_uncompressed"] = result.bytes_uncompressed;
  json["messages"] = result.messages;
  json["messages_lost"] = result.messages_lost;
  json["seconds"] = result.seconds;
  json["model_sha256"] = result.model_digests;
  return json.Text(2);
}

}  // namespace consilium::simulation
