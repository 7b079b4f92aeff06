#include "bench/experiments/real_data.h"

#include <utility>

#include "bench/experiments/embedded.h"
#include "fmt/format.h"
#include "server/data/cohort_file.h"
#include "server/data/mapping.h"

namespace consilium {
namespace {

struct Files {
  std::string schema, csv, mapping;  // {} stands for the site
  std::vector<std::string> sites;
};

StatusOr<RealData> Load(const std::string& name, const std::string& folder, const Files& files) {
  RealData data{name, {}, files.sites, {}};
  ASSIGN_OR_RETURN(data.schema, ParseSchema(Embedded(files.schema), files.schema));
  for (const std::string& site : files.sites) {
    const std::string path = fmt::format(fmt::runtime(files.mapping), site);
    ASSIGN_OR_RETURN(const Mapping mapping, ParseMapping(Embedded(path), path, data.schema));
    const std::string csv = folder + "/" + fmt::format(fmt::runtime(files.csv), site);
    ASSIGN_OR_RETURN(LoadedCohort loaded, LoadCohort(data.schema, mapping, csv));
    data.cohorts.push_back(std::move(loaded.cohort));
  }
  return data;
}

}  // namespace

StatusOr<RealData> LoadHeart(const std::string& folder) {
  return Load("heart", folder,
              {"examples/heart/schema.toml",
               "heart/{}.csv",
               "examples/heart/sites/{}.toml",
               {"cleveland", "hungarian", "switzerland", "va"}});
}

StatusOr<RealData> LoadIcu(const std::string& folder) {
  return Load("icu2012", folder,
              {"examples/icu/schema.toml",
               "icu2012/set-a/{}.csv",
               "examples/icu/sites/icu2012.toml",
               {"ccu", "csru", "sicu", "micu"}});
}

}  // namespace consilium
