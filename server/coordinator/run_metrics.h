#ifndef CONSILIUM_SERVER_COORDINATOR_RUN_METRICS_H_
#define CONSILIUM_SERVER_COORDINATOR_RUN_METRICS_H_

#include <cstdint>

#include "server/federation/run.h"
#include "server/ops/metrics.h"

namespace consilium {

// Sets the series of one run to what is known of it now: docs/operations.md.
void Observe(const RunRecord& record, Metrics& metrics);

// Chunks of no present generation, or of nodes that take no part in it.
void ObserveRefused(uint64_t chunks, Metrics& metrics);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_COORDINATOR_RUN_METRICS_H_
