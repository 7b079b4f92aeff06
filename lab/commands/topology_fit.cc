#include "lab/commands/topology_fit.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "base/command/columns.h"
#include "modules/topology/advise_words.h"
#include "modules/topology/effective_neighbors.h"
#include "modules/topology/network.h"
#include "nlohmann/json.hpp"

namespace consilium::commands {
namespace {

using nlohmann::json;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr double kWellExplained = 0.8;

void Add(std::string_view name, double result, std::vector<MeasuredTopology>& measured) {
  const auto known = std::find_if(measured.begin(), measured.end(),
                                  [&](const MeasuredTopology& each) { return each.name == name; });
  if (known != measured.end()) {
    known->results.push_back(result);
  } else {
    measured.push_back({std::string(name), {result}});
  }
}

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\"");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\"") + 1 - first);
}

StatusOr<std::vector<MeasuredTopology>> ParseCsv(std::string_view text, std::string_view source) {
  std::vector<MeasuredTopology> measured;
  int number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (Trimmed(line).empty()) continue;
    const size_t comma = std::min(line.find(','), line.size());
    const std::string_view name = Trimmed(line.substr(0, comma));
    const std::string_view value = Trimmed(line.substr(std::min(comma + 1, line.size())));
    if (number == 1) {
      if (name == "topology" && value == "result") continue;
      return InvalidArgument("{}:1: got '{}': expected the header topology,result", source,
                             Trimmed(line));
    }
    double result = 0;
    const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), result);
    if (name.empty() || error != std::errc() || stop != value.data() + value.size() ||
        !std::isfinite(result)) {
      return InvalidArgument(
          "{}:{}: got '{}': expected a topology and a finite number; leave out what diverged",
          source, number, Trimmed(line));
    }
    Add(name, result, measured);
  }
  return measured;
}

StatusOr<std::vector<MeasuredTopology>> ParseJson(std::string_view text, std::string_view source) {
  const json entries = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!entries.is_array()) {
    return InvalidArgument("{}: expected a JSON array of {{\"topology\", \"result\"}}", source);
  }
  std::vector<MeasuredTopology> measured;
  for (size_t i = 0; i < entries.size(); ++i) {
    const json& entry = entries[i];
    if (!entry.is_object() || !entry.contains("topology") || !entry["topology"].is_string() ||
        !entry.contains("result") || !entry["result"].is_number()) {
      return InvalidArgument("{}: entry {}: expected a \"topology\" and a number \"result\"",
                             source, i + 1);
    }
    Add(entry["topology"].get<std::string>(), entry["result"].get<double>(), measured);
  }
  return measured;
}

double MeanOf(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::string Meaning(const FitStudy& study) {
  if (study.fit.explained < kWellExplained) {
    return "Effective neighbours do not order these results well. They speak of noise: where sites "
           "differ, what brings them together is the spectral gap; or the runs are too noisy.";
  }
  return fmt::format(
      "Noise counts for about {:.3g} rounds: compare other topologies by their effective "
      "neighbours "
      "at this decay.",
      1 / (1 - study.fit.decay));
}

}  // namespace

StatusOr<std::vector<MeasuredTopology>> ParseResults(std::string_view text,
                                                     std::string_view source) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) {
    return InvalidArgument("{}: empty: expected a header topology,result", source);
  }
  return text[first] == '[' || text[first] == '{' ? ParseJson(text, source)
                                                  : ParseCsv(text, source);
}

StatusOr<FitStudy> FitOf(const std::vector<MeasuredTopology>& measured, int sites) {
  FitStudy study;
  study.sites = sites;
  std::vector<topology::RandomWalk> walks;
  for (const MeasuredTopology& each : measured) {
    ASSIGN_OR_RETURN(const topology::Network network, topology::MakeNetwork(each.name, sites));
    walks.emplace_back(network.scheme);
    study.topologies.push_back(
        {each.name, MeanOf(each.results), static_cast<int>(each.results.size())});
  }
  std::vector<topology::SchemeResult> results;
  for (size_t i = 0; i < walks.size(); ++i) {
    results.push_back({&walks[i], study.topologies[i].result});
  }
  ASSIGN_OR_RETURN(study.fit, topology::FitDecay(results));
  for (size_t i = 0; i < walks.size(); ++i) {
    ASSIGN_OR_RETURN(const topology::PeriodNeighbors neighbors,
                     topology::PeriodNeighborsOf(walks[i], study.fit.decay));
    study.topologies[i].neighbors = neighbors.over.mean;
  }
  std::stable_sort(study.topologies.begin(), study.topologies.end(),
                   [](const auto& a, const auto& b) { return a.neighbors < b.neighbors; });
  return study;
}

std::string FitText(const FitStudy& study) {
  std::vector<Row> rows = {{"topology", "runs", "effective neighbours", "result"}};
  for (const FittedTopology& each : study.topologies) {
    rows.push_back({each.name, fmt::format("{}", each.runs), fmt::format("{:.2f}", each.neighbors),
                    fmt::format("{:.6g}", each.result)});
  }
  return fmt::format(
      "{}, {} topologies: decay {:.4g}\n\n{}\n\nTheir order by effective neighbours explains "
      "{:.1f} % "
      "of the results' variance.\n{}\n",
      topology::Sites(study.sites), study.topologies.size(), study.fit.decay,
      InColumns(rows, {.left = {0}}), 100 * study.fit.explained, Meaning(study));
}

std::string ToJson(const FitStudy& study) {
  json topologies = json::array();
  for (const FittedTopology& each : study.topologies) {
    topologies.push_back({{"topology", each.name},
                          {"runs", each.runs},
                          {"effective_neighbors", each.neighbors},
                          {"result", each.result}});
  }
  return json{{"sites", study.sites},
              {"decay", study.fit.decay},
              {"explained", study.fit.explained},
              {"topologies", std::move(topologies)}}
      .dump(2);
}

page::Page ToPage(const FitStudy& study) {
  page::Chart chart{.title = "Results by effective neighbours",
                    .description = "A mark for each topology",
                    .x = {.label = "effective neighbours at the fitted decay", .logarithmic = true},
                    .y = {.label = "result"},
                    .labels = true};
  for (const FittedTopology& each : study.topologies) {
    chart.series.push_back({.name = each.name, .points = {{each.neighbors, each.result}}});
  }
  page::Page made;
  made.title = "Decay fitted to measurements";
  made.subtitle = topology::Sites(study.sites);
  made.sections.push_back(
      {"",
       {page::KeyFigures{
            {{"decay", fmt::format("{:.4g}", study.fit.decay),
              fmt::format("noise counts for {:.3g} rounds", 1 / (1 - study.fit.decay))},
             {"explained", fmt::format("{:.1f} %", 100 * study.fit.explained),
              "of the results' variance, by the order"}}},
        page::Paragraph{Meaning(study)},
        page::Figure{ScatterChart(chart), "What topologies of more effective neighbours are worth"},
        page::Listing{"As text", FitText(study)}}});
  return made;
}

}  // namespace consilium::commands
