#ifndef CONSILIUM_LAB_EXPERIMENTS_CLINICAL_RUN_H_
#define CONSILIUM_LAB_EXPERIMENTS_CLINICAL_RUN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "lab/simulation/simulate.h"

// One simulated run of a federation on open clinical data, as `consilium simulate` would run the
// plans of examples/.
namespace consilium::experiments {

// Federations that experiments can ask for: "heart", "icu2012", "eicu-regions", "eicu-hospitals".
struct ClinicalSet {
  std::string name;
  data::Schema schema;
  std::vector<simulation::SimulatedSite> sites;
  std::string tables;    // of a plan: [data] and [model], where they matter
  std::string training;  // lines of [training]
  bool mean_of_sites =
      false;  // the AUROC is the mean of the sites', else over all held-out patients
};
StatusOr<ClinicalSet> LoadClinicalSet(const std::string& folder, std::string_view name);

// What is compared. Every run passes over the patients rounds x local_epochs times.
struct ClinicalSetting {
  std::string schedule = "all_reduce";
  std::string compressor = "identity";
  int rank = 1;
  int bits = 2;
  double keep = 0.02;
  int rounds = 10;
  int local_epochs = 1;
  bool all_folds = true;  // five, each held out once; else one fifth of the patients
  std::vector<std::string> baselines = {};
};

// "all_reduce, low_rank 1, 20 x 4"
std::string Describe(const ClinicalSetting& setting);

std::string PlanText(const ClinicalSet& set, const ClinicalSetting& setting, uint64_t seed);

struct ClinicalScore {
  double auroc = 0;
  std::optional<double> local, pooled;  // with the baselines of these names
  uint64_t bytes = 0;                   // sent by all sites, framing and the final model included
};

// Fails, as simulating does, where schedule and compressor do not go together.
StatusOr<ClinicalScore> RunClinical(const ClinicalSet& set, const ClinicalSetting& setting,
                                    uint64_t seed);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_CLINICAL_RUN_H_
