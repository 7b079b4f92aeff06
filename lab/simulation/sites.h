#ifndef CONSILIUM_LAB_SIMULATION_SITES_H_
#define CONSILIUM_LAB_SIMULATION_SITES_H_

#include <map>
#include <string>
#include <vector>

#include "base/status.h"
#include "server/data/cohort.h"
#include "server/data/schema.h"
#include "server/federation/plan.h"

namespace consilium::simulation {

// One site's patients. `test` without patients: held-out patients are split off `train`.
struct SimulatedSite {
  std::string name;
  data::Cohort train;
  data::Cohort test;

  // What a model in use says of the first outcome's last class, by line of the file that `train`
  // was read from. Compared with, never trained on.
  std::map<int, double> reference = {};

  // Cells and rows of the site's own files that were refused; not counted of a shared file.
  int findings = 0;
};

// Reads the files that the plan names, relative to `folder`: one of each site, or one of all.
StatusOr<std::vector<SimulatedSite>> LoadSites(const data::Schema& schema,
                                               const federation::Plan& plan,
                                               const std::string& folder);

// The sites as one fold of the plan sees them: what it holds out is moved from `train` to `test`.
// With a shared file, a patient is one person at all sites: what one site holds out, no site trains
// on, and which fold comes first is drawn for each site. That may leave a site nobody to train on;
// then it only receives the model and evaluates it. Fails if a site has no patient at all.
StatusOr<std::vector<SimulatedSite>> HoldOut(const data::Schema& schema,
                                             const federation::Plan& plan,
                                             std::vector<SimulatedSite> sites);

}  // namespace consilium::simulation

#endif  // CONSILIUM_LAB_SIMULATION_SITES_H_
