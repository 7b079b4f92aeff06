#ifndef CONSILIUM_SERVER_COORDINATOR_RUN_METRICS_H_
#define CONSILIUM_SERVER_COORDINATOR_RUN_METRICS_H_

#include "server/federation/run.h"
#include "server/ops/metrics.h"

namespace consilium {

// Sets the series of one run to what is known of it now: docs/operations.md.
void Observe(const RunRecord& record, Metrics& metrics);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_COORDINATOR_RUN_METRICS_H_
