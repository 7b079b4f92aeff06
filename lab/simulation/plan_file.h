#ifndef CONSILIUM_LAB_SIMULATION_PLAN_FILE_H_
#define CONSILIUM_LAB_SIMULATION_PLAN_FILE_H_

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "lab/simulation/sites.h"
#include "server/data/schema.h"
#include "server/federation/plan.h"
#include "server/training/model.h"

namespace consilium::simulation {

// A plan with all that it names.
struct LoadedPlan {
  std::string text;
  federation::Plan plan;
  data::Schema schema;
  std::vector<SimulatedSite> sites;
  std::optional<training::Model> start;  // if [start] names a file
};

// Reads the plan at `path` and the files it names, relative to it.
StatusOr<LoadedPlan> LoadPlan(const std::string& path);

}  // namespace consilium::simulation

#endif  // CONSILIUM_LAB_SIMULATION_PLAN_FILE_H_
