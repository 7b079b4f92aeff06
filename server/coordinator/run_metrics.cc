#include "server/coordinator/run_metrics.h"

#include <map>

namespace consilium {
namespace {

void ObserveLinks(const std::string& run, const std::string& site,
                  const std::vector<LinkTraffic>& links, Metrics& metrics) {
  for (const LinkTraffic& link : links) {
    const Metrics::Labels labels = {{"run", run}, {"site", site}, {"peer", link.peer}};
    metrics.Set("consilium_run_link_bytes_sent", "Bytes a site sent to a peer in a run.", labels,
                static_cast<double>(link.bytes_sent));
    metrics.Set("consilium_run_link_bytes_received", "Bytes a site got from a peer in a run.",
                labels, static_cast<double>(link.bytes_received));
  }
}

void ObserveSite(const std::string& run, const RunSite& site, Metrics& metrics) {
  if (!site.progress) return;
  const Progress& progress = *site.progress;
  const Metrics::Labels labels = {{"run", run}, {"site", site.site}};
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
void ObserveModules(const RunRecord& record, Metrics& metrics) {
  std::map<std::string, double> bytes;
  for (const RunSite& site : record.sites) {
    if (!site.report) continue;
    for (const ModuleTraffic& module : site.report->traffic.modules) {
      bytes[module.module] += static_cast<double>(module.bytes);
    }
  }
  for (const auto& [module, sum] : bytes) {
    metrics.Set("consilium_run_module_bytes", "Bytes sent about a module in a run's rounds.",
                {{"run", record.run}, {"module", module}}, sum);
  }
}

}  // namespace

void Observe(const RunRecord& record, Metrics& metrics) {
  const Metrics::Labels labels = {{"run", record.run}};
  metrics.Set("consilium_run_rounds", "Rounds that every participant has completed.", labels,
              record.rounds_completed);
  metrics.Set("consilium_run_generation", "How often the participants were put together anew.",
              labels, static_cast<double>(record.generation));
  metrics.Set("consilium_run_state",
              "1 waiting, 2 running, 3 finished, 4 stopped by an operator, 5 failed.", labels,
              static_cast<double>(record.state));
  for (const RunSite& site : record.sites) ObserveSite(record.run, site, metrics);
  ObserveModules(record, metrics);
}

void ObserveRefused(uint64_t chunks, Metrics& metrics) {
  metrics.Set("consilium_chunks_refused",
              "Chunks of no present generation, or between nodes that do not take part in it.", {},
              static_cast<double>(chunks));
}

}  // namespace consilium
