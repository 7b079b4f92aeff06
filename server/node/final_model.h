#ifndef CONSILIUM_SERVER_NODE_FINAL_MODEL_H_
#define CONSILIUM_SERVER_NODE_FINAL_MODEL_H_

#include <span>

#include "base/clock.h"
#include "base/status.h"
#include "server/federation/member.h"
#include "server/node/site_records.h"
#include "server/training/model.h"

namespace consilium {

// The model a run ends with at a site. `consensus` is the checkpoint of what all agreed on,
// `calibration` the sums agreed on with it, or empty.
StatusOr<Model> FinalModel(Checkpoint consensus, std::span<const double> calibration,
                           const TrainingOptions& training, const SiteRecords& records, Time now);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_NODE_FINAL_MODEL_H_
