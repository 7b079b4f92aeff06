#include "server/coordinator/run_metrics.h"

#include <algorithm>
#include <map>
#include <vector>

namespace consilium::coordinator {
namespace {

void ObserveLinks(const std::string& run, const std::string& site,
                  const std::vector<federation::LinkTraffic>& links, ops::Metrics& metrics) {
  for (const federation::LinkTraffic& link : links) {
    const ops::Metrics::Labels labels = {{"run", run}, {"site", site}, {"peer", link.peer}};
    metrics.Set("consilium_run_link_bytes_sent", "Bytes a site sent to a peer in a run.", labels,
                static_cast<double>(link.bytes_sent));
    metrics.Set("consilium_run_link_bytes_received", "Bytes a site got from a peer in a run.",
                labels, static_cast<double>(link.bytes_received));
  }
}

void ObserveSite(const std::string& run, const federation::RunSite& site, ops::Metrics& metrics) {
  if (!site.progress) return;
  const federation::Progress& progress = *site.progress;
  const ops::Metrics::Labels labels = {{"run", run}, {"site", site.site}};
  metrics.Set("consilium_run_site_rounds", "Rounds a site has completed in a run.", labels,
              progress.rounds_completed);
  metrics.Set("consilium_run_training_loss", "Mean training loss of a site's latest round.", labels,
              progress.training_loss);
  metrics.Set("consilium_run_bytes_sent", "Bytes a site sent to its peers in a run.", labels,
              static_cast<double>(progress.bytes_sent));
  metrics.Set("consilium_run_bytes_uncompressed",
              "What the same messages would have been as plain numbers.", labels,
              static_cast<double>(progress.bytes_uncompressed));
  metrics.Set("consilium_run_compression_error",
              "Norm of what messages left out over the norm of what they were to say.", labels,
              progress.compression_error);
  ObserveLinks(run, site.site, progress.links, metrics);
}

// Summed over the sites that have reported.
void ObserveModules(const federation::RunRecord& record, ops::Metrics& metrics) {
  std::map<std::string, double> bytes;
  for (const federation::RunSite& site : record.sites) {
    if (!site.report) continue;
    for (const federation::ModuleTraffic& module : site.report->traffic.modules) {
      bytes[module.module] += static_cast<double>(module.bytes);
    }
  }
  for (const auto& [module, sum] : bytes) {
    metrics.Set("consilium_run_module_bytes", "Bytes sent about a module in a run's rounds.",
                {{"run", record.run}, {"module", module}}, sum);
  }
}

void SetTotals(const std::string& name, const std::string& help, const std::string& site,
               uint64_t sent, uint64_t received, ops::Metrics& metrics) {
  metrics.SetTotal(name, help, {{"site", site}, {"direction", "sent"}}, static_cast<double>(sent));
  metrics.SetTotal(name, help, {{"site", site}, {"direction", "received"}},
                   static_cast<double>(received));
}

// A site that began anew from an older checkpoint counts on from what that says.
uint64_t Growth(uint64_t before, uint64_t now) { return now > before ? now - before : 0; }

}  // namespace

RunMetrics::Bytes RunMetrics::Counted(const federation::RunSite& site) {
  Bytes bytes;
  const auto consider = [&bytes](uint64_t sent, const std::vector<federation::LinkTraffic>& links) {
    uint64_t received = 0;
    for (const federation::LinkTraffic& link : links) received += link.bytes_received;
    bytes.sent = std::max(bytes.sent, sent);
    bytes.received = std::max(bytes.received, received);
  };
  if (site.progress) consider(site.progress->bytes_sent, site.progress->links);
  if (site.report) consider(site.report->bytes_sent, site.report->traffic.links);
  return bytes;
}

void RunMetrics::AddToTotals(const federation::RunRecord& record) {
  const bool first = !seen_.contains(record.run);
  std::map<std::string, Bytes>& before = seen_[record.run].sites;
  for (const federation::RunSite& site : record.sites) {
    const Bytes now = Counted(site);
    const Bytes last = first ? now : before[site.site];
    before[site.site] = now;
    Bytes& total = totals_[site.site];
    total.sent += Growth(last.sent, now.sent);
    total.received += Growth(last.received, now.received);
    SetTotals("consilium_site_bytes_total",
              "Bytes of messages between sites, as sites count them, over all runs.", site.site,
              total.sent, total.received, metrics_);
  }
}

void RunMetrics::Observe(const federation::RunRecord& record) {
  if (record.ended && clock_.Now() - *record.ended >= kKeepEnded) return;
  AddToTotals(record);
  if (record.ended) seen_[record.run].drop = *record.ended + kKeepEnded;
  const ops::Metrics::Labels labels = {{"run", record.run}};
  metrics_.Set("consilium_run_rounds", "Rounds that every participant has completed.", labels,
               record.rounds_completed);
  metrics_.Set("consilium_run_generation", "How often the participants were put together anew.",
               labels, static_cast<double>(record.generation));
  metrics_.Set("consilium_run_state",
               "1 waiting, 2 running, 3 finished, 4 stopped by an operator, 5 failed.", labels,
               static_cast<double>(record.state));
  for (const federation::RunSite& site : record.sites) ObserveSite(record.run, site, metrics_);
  ObserveModules(record, metrics_);
}

void RunMetrics::Tick() {
  const Time now = clock_.Now();
  std::erase_if(seen_, [&](const auto& run) {
    const bool over = run.second.drop && *run.second.drop <= now;
    if (over) metrics_.Drop("run", run.first);
    return over;
  });
}

std::optional<Time> RunMetrics::NextDeadline() const {
  std::optional<Time> next;
  for (const auto& [run, seen] : seen_) {
    if (seen.drop && (!next || *seen.drop < *next)) next = seen.drop;
  }
  return next;
}

void Observe(StreamBytes& streams, ops::Metrics& metrics) {
  for (const std::string& name : streams.Names()) {
    const StreamBytes::Site& site = streams.Of(name);
    SetTotals("consilium_stream_bytes_total", "Bytes that a site's streams carried.", name,
              site.sent.all(), site.received.all(), metrics);
    SetTotals("consilium_stream_peer_bytes_total",
              "Of them those of messages between sites; compare consilium_site_bytes_total.", name,
              site.sent.peer(), site.received.peer(), metrics);
  }
}

void ObserveRefused(uint64_t chunks, ops::Metrics& metrics) {
  metrics.Set("consilium_chunks_refused",
              "Chunks of no present generation, or between nodes that do not take part in it.", {},
              static_cast<double>(chunks));
}

}  // namespace consilium::coordinator
