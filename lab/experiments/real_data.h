#ifndef CONSILIUM_LAB_EXPERIMENTS_REAL_DATA_H_
#define CONSILIUM_LAB_EXPERIMENTS_REAL_DATA_H_

#include <string>
#include <vector>

#include "base/status.h"
#include "server/data/cohort.h"
#include "server/data/schema.h"

namespace consilium::experiments {

// The sites of one open data set, in the schema of examples/.
struct RealData {
  std::string name;
  data::Schema schema;
  std::vector<std::string> sites;
  std::vector<data::Cohort> cohorts;  // by site
};

// `folder` is ExperimentSetting::data. Fails where a file is absent.
StatusOr<RealData> LoadHeart(const std::string& folder);  // four hospitals
StatusOr<RealData> LoadIcu(const std::string& folder);  // ICU 2012 set A: four intensive-care units

// eICU demo, whose sites are the values of `column`: "hospital_id" or "region", of which one is
// called "unknown".
StatusOr<RealData> LoadEicu(const std::string& folder, const std::string& column);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_REAL_DATA_H_
