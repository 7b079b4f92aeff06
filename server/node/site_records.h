#ifndef CONSILIUM_SERVER_NODE_SITE_RECORDS_H_
#define CONSILIUM_SERVER_NODE_SITE_RECORDS_H_

#include <string>
#include <vector>

#include "base/status.h"
#include "server/data/cohort_file.h"
#include "server/ops/config.h"

namespace consilium {

// What a node knows of its own site. The patients stay in this process.
struct SiteRecords {
  Schema schema;
  std::string schema_digest;  // SHA-256 of its text, 32 bytes
  Cohort cohort;
  CohortReport report;
  std::vector<std::vector<float>> answer_shares;  // as in Model
};

StatusOr<SiteRecords> LoadSiteRecords(const NodeConfig& config);

// Lines for the site's own log: sizes, and which cells were refused by which rule; no value.
std::vector<std::string> Summarise(const SiteRecords& records);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_NODE_SITE_RECORDS_H_
