
#include "base/json.h"
#include "lab/evaluation/evaluation.h"
#include "server/training/words.h"

namespace consilium::evaluation {
namespace {

Json ToJson(const Measurement& measurement) {
  return {{"value", measurement.value},
          {"low", measurement.low},
          {"high", measurement.high},
          {"deviation", measurement.deviation}};
}

Json ToJson(const std::vector<ModelScores>& models, const std::vector<Metric>& metrics) {
  Json json = Json::Object();
  for (const ModelScores& model : models) {
    Json& scores = json[model.model] = Json::Object();
    for (size_t i = 0; i < metrics.size(); ++i) scores[metrics[i].key] = ToJson(model.metrics[i]);
  }
  return json;
}

Json ToJson(const GroupingScores& grouping, const std::vector<Metric>& metrics) {
  Json json = {{"key", grouping.key}, {"title", grouping.title}, {"groups", Json::Array()}};
  for (const GroupScores& group : grouping.groups) {
    json["groups"].Append({{"label", group.label},
                           {"patients", group.patients},
                           {"by_class", group.by_class},
                           {"models", ToJson(group.models, metrics)}});
  }
  return json;
}

Json ToJson(const ReliabilityCurve& curve) {
  Json json = {{"model", curve.model}, {"bins", Json::Array()}};
  for (const metrics::ReliabilityBin& bin : curve.bins) {
    json["bins"].Append(
        {{"patients", bin.patients}, {"predicted", bin.predicted}, {"observed", bin.observed}});
  }
  return json;
}

Json ToJson(const PairedComparison& paired) {
  Json json = {{"model", paired.model},
               {"metric", paired.metric},
               {"difference", paired.difference},
               {"t", nullptr},
               {"p", nullptr}};
  if (paired.test) json["t"] = paired.test->t, json["p"] = paired.test->p;
  return json;
}

Json ToJson(const OutcomeEvaluation& outcome, const std::vector<Metric>& metrics) {
  Json json = {{"outcome", outcome.key}, {"label", outcome.label}, {"classes", outcome.classes}};
  json["groupings"] = Json::Array();
  for (const GroupingScores& grouping : outcome.groupings) {
    json["groupings"].Append(ToJson(grouping, metrics));
  }
  json["mean_of_sites"] = ToJson(outcome.mean_of_sites, metrics);
  json["by_answers"] = ToJson(outcome.by_answers, metrics);
  json["reliability"] = Json::Array();
  for (const ReliabilityCurve& curve : outcome.reliability) {
    json["reliability"].Append(ToJson(curve));
  }
  json["five_by_two"] = Json::Array();
  for (const PairedComparison& paired : outcome.paired) {
    json["five_by_two"].Append(ToJson(paired));
  }
  return json;
}

Json ToJson(const MissingnessAudit& audit) {
  Json json = {{"outcome", audit.outcome},
               {"classes", audit.classes},
               {"sites", audit.sites},
               {"share", audit.share}};
  json["modules"] = Json::Array();
  for (const ModuleMissingness& module : audit.modules) {
    json["modules"].Append({{"feature", module.feature},
                            {"by_site", module.by_site},
                            {"by_class", module.by_class},
                            {"by_class_and_site", module.by_class_and_site}});
  }
  json["flips"] = Json::Array();
  for (const FlippedModule& flipped : audit.flips) {
    Json scores = Json::Array();
    for (const FlipScores& each : flipped.scores) {
      scores.Append({{"model", each.model},
                     {"masking", WordOf(training::kMaskings, each.masking)},
                     {"none", ToJson(each.none)},
                     {"same", ToJson(each.same)},
                     {"flipped", ToJson(each.flipped)}});
    }
    json["flips"].Append({{"feature", flipped.feature}, {"auroc", std::move(scores)}});
  }
  return json;
}

}  // namespace

std::string ToJson(const Evaluation& evaluation) {
  Json json = {{"format", "consilium.evaluation/1"},
               {"seeds", evaluation.seeds},
               {"folds", evaluation.folds},
               {"specificity", evaluation.specificity},
               {"suppressed_below", kFewest}};
  json["sites"] = Json::Array();
  for (const EvaluatedSite& site : evaluation.sites) {
    json["sites"].Append({{"site", site.name}, {"patients", site.patients}});
  }
  json["outcomes"] = Json::Array();
  for (const OutcomeEvaluation& outcome : evaluation.outcomes) {
    json["outcomes"].Append(ToJson(outcome, evaluation.metrics));
  }
  json["missingness"] = evaluation.missingness ? ToJson(*evaluation.missingness) : Json(nullptr);
  json["seconds"] = evaluation.seconds;
  json["plan"] = evaluation.plan_text;
  return json.Text(2);
}

}  // namespace consilium::evaluation
