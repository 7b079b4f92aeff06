#include <nlohmann/json.hpp>

#include "lab/experiments/experiments.h"

namespace consilium::experiments {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const std::optional<double>& number) { return number ? Json(*number) : Json(nullptr); }

Json ToJson(const Claim& claim) {
  return {{"id", claim.id},
          {"text", claim.text},
          {"source", claim.source},
          {"bound", Name(claim.bound)},
          {"threshold", claim.threshold},
          {"tolerance", claim.tolerance},
          {"measured", ToJson(claim.measured.mean)},
          {"low", ToJson(claim.measured.low)},
          {"high", ToJson(claim.measured.high)},
          {"values", claim.measured.values},
          {"verdict", Name(claim.verdict)},
          {"explanation", claim.explanation}};
}

Json ToJson(const page::Table& table) {
  Json json = {{"caption", table.caption}, {"columns", Json::array()}, {"rows", Json::array()}};
  for (const page::Column& column : table.columns) json["columns"].push_back(column.name);
  for (const std::vector<page::Cell>& row : table.rows) {
    Json cells = Json::array();
    for (const page::Cell& cell : row) cells.push_back(cell.text);
    json["rows"].push_back(std::move(cells));
  }
  return json;
}

}  // namespace

std::string ToJson(const ExperimentRecord& record) {
  Json json = {{"format", "consilium.experiment/1"},
               {"experiment", record.experiment},
               {"reproduces", record.reproduces},
               {"size", record.quick ? "quick" : "full"},
               {"seeds", record.seeds},
               {"passed", record.Count(Verdict::kPass)},
               {"failed", record.Count(Verdict::kFail)},
               {"skipped", record.Count(Verdict::kSkipped)}};
  json["claims"] = Json::array();
  for (const Claim& claim : record.result.claims) json["claims"].push_back(ToJson(claim));
  json["tables"] = Json::array();
  for (const page::Section& section : record.result.sections) {
    for (const page::Block& block : section.blocks) {
      if (const auto* table = std::get_if<page::Table>(&block)) {
        json["tables"].push_back(ToJson(*table));
      }
    }
  }
  json["notes"] = record.result.notes;
  json["seconds"] = record.seconds;
  json["plan"] = record.plan;
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace consilium::experiments
