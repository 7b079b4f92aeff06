#include "lab/experiments/real_data.h"

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "fmt/format.h"
#include "lab/experiments/embedded.h"
#include "server/data/cohort_file.h"
#include "server/data/further_column.h"
#include "server/data/mapping.h"

namespace consilium::experiments {
namespace {

struct Files {
  std::string schema, csv, mapping;  // {} stands for the site
  std::vector<std::string> sites;
};

StatusOr<RealData> Load(const std::string& name, const std::string& folder, const Files& files) {
  RealData data{name, {}, files.sites, {}};
  ASSIGN_OR_RETURN(data.schema, data::ParseSchema(Embedded(files.schema), files.schema));
  for (const std::string& site : files.sites) {
    const std::string path = fmt::format(fmt::runtime(files.mapping), site);
    ASSIGN_OR_RETURN(const data::Mapping mapping,
                     data::ParseMapping(Embedded(path), path, data.schema));
    const std::string csv = folder + "/" + fmt::format(fmt::runtime(files.csv), site);
    ASSIGN_OR_RETURN(data::LoadedCohort loaded, data::LoadCohort(data.schema, mapping, csv));
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

StatusOr<RealData> LoadEicu(const std::string& folder, const std::string& column) {
  const std::string path = folder + "/eicu/stays.csv";
  RealData data{"eicu by " + column, {}, {}, {}};
  ASSIGN_OR_RETURN(data.schema, data::ParseSchema(Embedded("examples/eicu/schema.toml"),
                                                  "examples/eicu/schema.toml"));
  ASSIGN_OR_RETURN(const data::Mapping mapping,
                   data::ParseMapping(Embedded("examples/eicu/mapping.toml"),
                                      "examples/eicu/mapping.toml", data.schema));
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  ASSIGN_OR_RETURN(const data::LoadedCohort all,
                   data::ParseCohort(data.schema, mapping, text, path));
  ASSIGN_OR_RETURN(std::vector<std::string> site_of_row,
                   data::ReadFurtherColumn(text, mapping, column, all.cohort, path));
  for (std::string& site : site_of_row) {
    if (site.empty()) site = "unknown";
    for (char& c : site) {  // "Midwest": names of sites are in lower case
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
  }
  data.sites = site_of_row;
  std::ranges::sort(data.sites);
  data.sites.erase(std::unique(data.sites.begin(), data.sites.end()), data.sites.end());
  for (const std::string& site : data.sites) {
    std::vector<int> rows;
    for (size_t row = 0; row < site_of_row.size(); ++row) {
      if (site_of_row[row] == site) rows.push_back(static_cast<int>(row));
    }
    data.cohorts.push_back(data::Select(all.cohort, rows));
  }
  return data;
}

}  // namespace consilium::experiments
