#ifndef CONSILIUM_SERVER_NODE_FINAL_MODEL_H_
#define CONSILIUM_SERVER_NODE_FINAL_MODEL_H_

#include <span>

#include "base/clock.h"
#include "base/status.h"
#include "server/federation/member.h"
#include "server/node/site_records.h"
#include "server/training/model.h"

namespace consilium::node {

// The model a run ends with at a site. `consensus` is the checkpoint of what all agreed on,
// `calibration` the sums agreed on with it, or empty.
StatusOr<training::Model> FinalModel(federation::Checkpoint consensus,
                                     std::span<const double> calibration,
                                     const training::TrainingOptions& training,
                                     const SiteRecords& records, Time now);

}  // namespace consilium::node

#endif  // CONSILIUM_SERVER_NODE_FINAL_MODEL_H_
