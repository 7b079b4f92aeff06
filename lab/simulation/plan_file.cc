#include "lab/simulation/plan_file.h"

#include <filesystem>

#include "base/file.h"
#include "server/storage/model_file.h"

namespace consilium::simulation {

StatusOr<LoadedPlan> LoadPlan(const std::string& path) {
  LoadedPlan loaded;
  ASSIGN_OR_RETURN(loaded.text, ReadFile(path));
  ASSIGN_OR_RETURN(loaded.plan, federation::ParsePlan(loaded.text, path));
  const federation::Plan& plan = loaded.plan;
  if (plan.schema.empty() || (plan.files.empty() && plan.shared_file.train.empty())) {
    return InvalidArgument(
        "{}: to simulate, name the schema in [data], and each site's CSV in a [[site]] table or "
        "one CSV of all in [data]",
        path);
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  ASSIGN_OR_RETURN(loaded.schema, data::LoadSchema(folder / plan.schema));
  ASSIGN_OR_RETURN(loaded.sites, LoadSites(loaded.schema, plan, folder));
  if (plan.training.start_model.empty()) return loaded;
  const std::string file = folder / plan.training.start_model;
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(file));
  ASSIGN_OR_RETURN(loaded.start, storage::DecodeModel(bytes, file));
  return loaded;
}

}  // namespace consilium::simulation
