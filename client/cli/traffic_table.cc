#include "client/cli/traffic_table.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/command/columns.h"
#include "fmt/format.h"

namespace consilium::cli {
namespace {

std::string ErrorText(double error) {
  return error > 0 ? fmt::format("{:.0f} %", 100 * error) : std::string("-");
}

std::string LinkTable(const api::RunView& run) {
  std::vector<Row> rows = {{"site", "peer", "sent", "received"}};
  for (const api::RunSiteView& site : run.sites) {
    for (const api::LinkView& link : site.links) {
      rows.push_back(
          {site.site, link.peer, BytesText(link.bytes_sent), BytesText(link.bytes_received)});
    }
  }
  return rows.size() == 1 ? "no message yet" : InColumns(rows, {.left = {0, 1}});
}

// Over the sites; the error is the largest of any site's.
std::vector<api::ModuleTrafficView> ModulesOf(const api::RunView& run) {
  std::vector<api::ModuleTrafficView> modules;
  for (const api::RunSiteView& site : run.sites) {
    if (!site.report) continue;
    for (const api::ModuleTrafficView& module : site.report->modules) {
      auto found = std::ranges::find(modules, module.module, &api::ModuleTrafficView::module);
      if (found == modules.end()) found = modules.insert(found, {.module = module.module});
      found->bytes += module.bytes;
      found->bytes_uncompressed += module.bytes_uncompressed;
      found->error = std::max(found->error, module.error);
    }
  }
  return modules;
}

std::string ModuleTable(const api::RunView& run) {
  std::vector<Row> rows = {{"module", "sent", "uncompressed", "smaller", "error"}};
  for (const api::ModuleTrafficView& module : ModulesOf(run)) {
    rows.push_back({module.module, BytesText(module.bytes), BytesText(module.bytes_uncompressed),
                    TimesSmaller(module.bytes, module.bytes_uncompressed),
                    ErrorText(module.error)});
  }
  return InColumns(rows, {.left = {0}});
}

// The sites' bytes of each round added up: the least, the middle and the most of any round.
std::string RoundsLine(const api::RunView& run) {
  std::vector<uint64_t> rounds;
  for (const api::RunSiteView& site : run.sites) {
    if (!site.report) continue;
    const std::vector<uint64_t>& sent = site.report->round_bytes;
    rounds.resize(std::max(rounds.size(), sent.size()));
    for (size_t i = 0; i < sent.size(); ++i) rounds[i] += sent[i];
  }
  if (rounds.empty()) return {};
  std::ranges::sort(rounds);
  return fmt::format("\n\na round: {} at least, {} in the middle, {} at most",
                     BytesText(rounds.front()), BytesText(rounds[rounds.size() / 2]),
                     BytesText(rounds.back()));
}

}  // namespace

std::string BytesText(uint64_t bytes) {
  constexpr std::array<const char*, 4> kUnits = {"kB", "MB", "GB", "TB"};
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  while (value >= 999.95 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string TimesSmaller(uint64_t sent, uint64_t uncompressed) {
  if (sent == 0) return "-";
  return fmt::format("{:.1f}x", static_cast<double>(uncompressed) / static_cast<double>(sent));
}

std::string TotalTraffic(const api::RunView& run) {
  uint64_t sent = 0, received = 0, uncompressed = 0;
  double error = 0;
  for (const api::RunSiteView& site : run.sites) {
    sent += site.bytes_sent;
    for (const api::LinkView& link : site.links) received += link.bytes_received;
    uncompressed += site.bytes_uncompressed;
    error = std::max(error, site.compression_error);
  }
  if (sent == 0) return "nothing sent yet";
  std::string text = fmt::format("{} sent, {} uncompressed: {} smaller", BytesText(sent),
                                 BytesText(uncompressed), TimesSmaller(sent, uncompressed));
  if (error > 0) text += fmt::format(", compression error up to {}", ErrorText(error));
  if (received > 0) {
    text += fmt::format("; {} in and out of the coordinator", BytesText(sent + received));
  }
  return text;
}

std::string TrafficText(const api::RunView& run) {
  std::string text = fmt::format("run {}: {}\n\n{}", run.run, TotalTraffic(run), LinkTable(run));
  const bool reported = std::ranges::any_of(
      run.sites, [](const api::RunSiteView& site) { return site.report.has_value(); });
  return reported ? text + "\n\n" + ModuleTable(run) + RoundsLine(run) : text;
}

}  // namespace consilium::cli
