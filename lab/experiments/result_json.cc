
#include "base/json.h"
#include "lab/experiments/experiments.h"

namespace consilium::experiments {
namespace {

Json ToJson(const Claim& claim) {
  return {{"id", claim.id},
          {"text", claim.text},
          {"source", claim.source},
          {"bound", Name(claim.bound)},
          {"threshold", claim.threshold},
          {"tolerance", claim.tolerance},
          {"measured", claim.measured.mean},
          {"low", claim.measured.low},
          {"high", claim.measured.high},
          {"values", claim.measured.values},
          {"verdict", Name(claim.verdict)},
          {"explanation", claim.explanation}};
}

Json ToJson(const page::Table& table) {
  Json json = {{"caption", table.caption}, {"columns", Json::Array()}, {"rows", Json::Array()}};
  for (const page::Column& column : table.columns) json["columns"].Append(column.name);
  for (const std::vector<page::Cell>& row : table.rows) {
    Json cells = Json::Array();
    for (const page::Cell& cell : row) cells.Append(cell.text);
    json["rows"].Append(std::move(cells));
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
  json["claims"] = Json::Array();
  for (const Claim& claim : record.result.claims) json["claims"].Append(ToJson(claim));
  json["tables"] = Json::Array();
  for (const page::Section& section : record.result.sections) {
    for (const page::Block& block : section.blocks) {
      if (const auto* table = std::get_if<page::Table>(&block)) {
        json["tables"].Append(ToJson(*table));
      }
    }
  }
  json["notes"] = record.result.notes;
  json["seconds"] = record.seconds;
  json["plan"] = record.plan;
  return json.Text(2);
}

}  // namespace consilium::experiments
