#include <nlohmann/json.hpp>

#include "lab/evaluation/evaluation.h"
#include "server/training/words.h"

namespace consilium::evaluation {
namespace {

using Json = nlohmann::ordered_json;

template <typename Number>
Json ToJson(const std::optional<Number>& number) {
  return number ? Json(*number) : Json(nullptr);
}

template <typename Number>
Json ToJson(const std::vector<std::optional<Number>>& numbers) {
  Json json = Json::array();
  for (const std::optional<Number>& number : numbers) json.push_back(ToJson(number));
  return json;
}

Json ToJson(const Measurement& measurement) {
  return {{"value", ToJson(measurement.value)},
          {"low", ToJson(measurement.low)},
          {"high", ToJson(measurement.high)},
          {"deviation", ToJson(measurement.deviation)}};
}

Json ToJson(const std::vector<ModelScores>& models, const std::vector<Metric>& metrics) {
  Json json = Json::object();
  for (const ModelScores& model : models) {
    Json& scores = json[model.model] = Json::object();
    for (size_t i = 0; i < metrics.size(); ++i) scores[metrics[i].key] = ToJson(model.metrics[i]);
  }
  return json;
}

Json ToJson(const GroupingScores& grouping, const std::vector<Metric>& metrics) {
  Json json = {{"key", grouping.key}, {"title", grouping.title}, {"groups", Json::array()}};
  for (const GroupScores& group : grouping.groups) {
    json["groups"].push_back({{"label", group.label},
                              {"patients", ToJson(group.patients)},
                              {"by_class", ToJson(group.by_class)},
                              {"models", ToJson(group.models, metrics)}});
  }
  return json;
}

Json ToJson(const ReliabilityCurve& curve) {
  Json json = {{"model", curve.model}, {"bins", Json::array()}};
  for (const metrics::ReliabilityBin& bin : curve.bins) {
    json["bins"].push_back(
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
  json["groupings"] = Json::array();
  for (const GroupingScores& grouping : outcome.groupings) {
    json["groupings"].push_back(ToJson(grouping, metrics));
  }
  json["mean_of_sites"] = ToJson(outcome.mean_of_sites, metrics);
  json["by_answers"] = ToJson(outcome.by_answers, metrics);
  json["reliability"] = Json::array();
  for (const ReliabilityCurve& curve : outcome.reliability) {
    json["reliability"].push_back(ToJson(curve));
  }
  json["five_by_two"] = Json::array();
  for (const PairedComparison& paired : outcome.paired) {
    json["five_by_two"].push_back(ToJson(paired));
  }
  return json;
}

Json ToJson(const MissingnessAudit& audit) {
  Json json = {{"outcome", audit.outcome},
               {"classes", audit.classes},
               {"sites", audit.sites},
               {"share", audit.share}};
  json["modules"] = Json::array();
  for (const ModuleMissingness& module : audit.modules) {
    Json by_class_and_site = Json::array();
    for (const auto& shares : module.by_class_and_site) by_class_and_site.push_back(ToJson(shares));
    json["modules"].push_back({{"feature", module.feature},
                               {"by_site", ToJson(module.by_site)},
                               {"by_class", ToJson(module.by_class)},
                               {"by_class_and_site", std::move(by_class_and_site)}});
  }
  json["flips"] = Json::array();
  for (const FlippedModule& flipped : audit.flips) {
    Json scores = Json::array();
    for (const FlipScores& each : flipped.scores) {
      scores.push_back({{"model", each.model},
                        {"masking", WordOf(training::kMaskings, each.masking)},
                        {"none", ToJson(each.none)},
                        {"same", ToJson(each.same)},
                        {"flipped", ToJson(each.flipped)}});
    }
    json["flips"].push_back({{"feature", flipped.feature}, {"auroc", std::move(scores)}});
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
  json["sites"] = Json::array();
  for (const EvaluatedSite& site : evaluation.sites) {
    json["sites"].push_back({{"site", site.name}, {"patients", ToJson(site.patients)}});
  }
  json["outcomes"] = Json::array();
  for (const OutcomeEvaluation& outcome : evaluation.outcomes) {
    json["outcomes"].push_back(ToJson(outcome, evaluation.metrics));
  }
  json["missingness"] = evaluation.missingness ? ToJson(*evaluation.missingness) : Json(nullptr);
  json["seconds"] = evaluation.seconds;
  json["plan"] = evaluation.plan_text;
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace consilium::evaluation
