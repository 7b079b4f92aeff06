#ifndef CONSILIUM_SERVER_COORDINATOR_RUN_METRICS_H_
#define CONSILIUM_SERVER_COORDINATOR_RUN_METRICS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "server/coordinator/stream_bytes.h"
#include "server/federation/run_record.h"
#include "server/ops/metrics.h"

namespace consilium::coordinator {

// What metrics tell of runs and of the streams under them: docs/operations.md. Series of a run go
// kKeepEnded after its end; totals are of no run and only grow. Not thread-safe.
class RunMetrics {
 public:
  static constexpr Duration kKeepEnded = Seconds(3600);

  // Both must outlive this.
  RunMetrics(ops::Metrics& metrics, const Clock& clock) : metrics_(metrics), clock_(clock) {}

  // Sets the series of a run to what is known of it now. What a run has counted when it is first
  // seen here was carried before this process began, and is in no total.
  void Observe(const federation::RunRecord& record);

  void Tick();
  std::optional<Time> NextDeadline() const;

 private:
  struct Bytes {
    uint64_t sent = 0;
    uint64_t received = 0;
  };
  struct Seen {
    std::map<std::string, Bytes> sites;
    std::optional<Time> drop;
  };
  static Bytes Counted(const federation::RunSite& site);
  void AddToTotals(const federation::RunRecord& record);

  ops::Metrics& metrics_;
  const Clock& clock_;
  std::map<std::string, Seen> seen_;  // runs that have series
  std::map<std::string, Bytes> totals_;
};

// Sets the totals of the streams. Thread-safe.
void Observe(StreamBytes& streams, ops::Metrics& metrics);

// Chunks of no present generation, or of nodes that take no part in it.
void ObserveRefused(uint64_t chunks, ops::Metrics& metrics);

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_RUN_METRICS_H_
