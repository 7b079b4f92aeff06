#include <cmath>

#include "base/json.h"
#include "lab/tuning/summary.h"
#include "server/training/words.h"

namespace consilium::tuning {
namespace {

Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json ToJson(const training::Scores& scores) {
  Json json = Json::Object();
  for (const auto& [score, word, help] : training::kTuneScores) {
    json[std::string(word)] = Number(ScoreOf(scores, score));
  }
  return json;
}

Json ToJson(const optim::Configuration& drawn) {
  return {{"optimiser", drawn.optimiser},
          {"learning_rate", drawn.learning_rate},
          {"rate", WordOf(training::kRates, drawn.rate)},
          {"rate_power", drawn.rate_power},
          {"momentum", drawn.settings.momentum},
          {"beta1", drawn.settings.beta1},
          {"beta2", drawn.settings.beta2},
          {"epsilon", drawn.settings.epsilon},
          {"weight_decay", drawn.settings.weight_decay}};
}

Json ToJson(const TrialRecord& record) {
  Json json = {{"search", record.search}, {"number", record.number}};
  json["settings"] = ToJson(record.drawn);
  if (!record.diverged.empty()) {
    json["diverged"] = record.diverged;
    return json;
  }
  json["validation"] = ToJson(record.validation);
  json["test"] = ToJson(record.test);
  return json;
}

Json ToJson(const metrics::Tunability& tunability) {
  return {{"cpe", Number(tunability.early)},         {"cpu", Number(tunability.uniform)},
          {"cpl", Number(tunability.late)},          {"peak", Number(tunability.peak)},
          {"one_shot", Number(tunability.one_shot)}, {"exponential", tunability.exponential},
          {"sharpness", tunability.sharpness}};
}

Json ToJson(const SearchSummary& search) {
  Json json = {{"search", search.name},
               {"trials", search.trials},
               {"diverged", search.diverged},
               {"curve", search.curve},
               {"bootstrap",
                {{"mean", search.band.mean}, {"p5", search.band.low}, {"p95", search.band.high}}},
               {"tunability", ToJson(search.tunability)}};
  json["best"] = search.best ? ToJson(*search.best) : Json(nullptr);
  return json;
}

}  // namespace

std::string ToJson(const TuneSummary& summary, const std::vector<TrialRecord>& records) {
  Json json = {{"format", "consilium.tune/1"},
               {"score", WordOf(training::kTuneScores, summary.score)}};
  json["larger_is_better"] = summary.goal.larger_is_better;
  json["diverged_counts_as"] = summary.goal.worst;
  json["searches"] = Json::Array();
  for (const SearchSummary& search : summary.searches) json["searches"].Append(ToJson(search));
  json["win_probability"] = Json::Array();
  for (size_t b = 0; b < summary.budgets.size(); ++b) {
    Json by_search = Json::Object();
    for (size_t s = 0; s < summary.searches.size(); ++s) {
      by_search[summary.searches[s].name] = summary.win[b][s];
    }
    json["win_probability"].Append({{"budget", summary.budgets[b]}, {"searches", by_search}});
  }
  json["recommended"] =
      summary.recommended < 0
          ? Json(nullptr)
          : ToJson(*summary.searches[static_cast<size_t>(summary.recommended)].best);
  json["trials"] = Json::Array();
  for (const TrialRecord& record : records) json["trials"].Append(ToJson(record));
  return json.Text(2);
}

}  // namespace consilium::tuning
