#ifndef CONSILIUM_SERVER_NODE_SITE_RECORDS_H_
#define CONSILIUM_SERVER_NODE_SITE_RECORDS_H_

#include <string>
#include <vector>

#include "base/status.h"
#include "server/data/cohort_file.h"
#include "server/ops/config.h"

namespace consilium::node {

// What a node knows of its own site. The patients stay in this process.
struct SiteRecords {
  data::Schema schema;
  std::string schema_digest;  // SHA-256 of its text, 32 bytes
  data::Cohort cohort;
  data::CohortReport report;
  std::vector<std::vector<float>> answer_shares;  // as in Model
};

StatusOr<SiteRecords> LoadSiteRecords(const ops::NodeConfig& config);

// Lines for the site's own log: sizes, and which cells were refused by which rule; no value.
std::vector<std::string> Summarise(const SiteRecords& records);

}  // namespace consilium::node

#endif  // CONSILIUM_SERVER_NODE_SITE_RECORDS_H_
