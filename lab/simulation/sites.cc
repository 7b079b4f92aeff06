#include "lab/simulation/sites.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "base/file.h"
#include "base/random.h"
#include "base/toml.h"
#include "server/data/cohort_file.h"
#include "server/data/further_column.h"
#include "server/data/mapping.h"
#include "server/data/text.h"
#include "server/data/value_check.h"
#include "server/training/parts.h"

namespace consilium::simulation {
namespace {

namespace fs = std::filesystem;

StatusOr<data::Mapping> MappingOf(const data::Schema& schema, const fs::path& folder,
                                  const std::string& mapping) {
  if (mapping.empty()) return data::IdentityMapping(schema);
  return data::LoadMapping(folder / mapping, schema);
}

StatusOr<SimulatedSite> LoadSite(const data::Schema& schema, const federation::SiteFiles& files,
                                 const fs::path& folder) {
  ASSIGN_OR_RETURN(const data::Mapping mapping, MappingOf(schema, folder, files.mapping));
  ASSIGN_OR_RETURN(data::LoadedCohort train,
                   data::LoadCohort(schema, mapping, folder / files.train));
  data::LoadedCohort test{data::EmptyCohort(schema), {}};
  if (!files.test.empty()) {
    ASSIGN_OR_RETURN(test, data::LoadCohort(schema, mapping, folder / files.test));
  }
  return SimulatedSite{files.site,
                       std::move(train.cohort),
                       std::move(test.cohort),
                       {},
                       train.report.findings_total + test.report.findings_total};
}

// Rows by site: the plan's sites, or all there are in the order of their first rows.
StatusOr<std::vector<std::pair<std::string, std::vector<int>>>> RowsBySite(
    const federation::Plan& plan, const std::vector<std::string>& site_of_row,
    const data::Cohort& cohort) {
  std::vector<std::pair<std::string, std::vector<int>>> sites;
  std::map<std::string, size_t> index;
  const auto add = [&](const std::string& name) {
    if (index.try_emplace(name, sites.size()).second) sites.emplace_back(name, std::vector<int>());
  };
  for (const std::string& name : plan.sites) add(name);
  for (size_t row = 0; row < site_of_row.size(); ++row) {
    const std::string& name = site_of_row[row];
    if (name.empty()) {
      return InvalidArgument("{}:{}: no site in column '{}', expected a name",
                             plan.shared_file.train, cohort.lines[row],
                             plan.shared_file.site_column);
    }
    if (plan.sites.empty()) add(name);
    const auto found = index.find(name);
    if (found != index.end()) sites[found->second].second.push_back(static_cast<int>(row));
  }
  for (const auto& [name, rows] : sites) {
    if (!rows.empty()) continue;
    return InvalidArgument("{}: no row of site '{}' in column '{}'{}", plan.shared_file.train, name,
                           plan.shared_file.site_column, Suggestion(name, site_of_row));
  }
  return sites;
}

StatusOr<double> Probability(const std::string& cell, const federation::SharedFile& file,
                             int line) {
  const std::optional<double> number = data::ParseNumber(cell);
  if (number && *number >= 0 && *number <= 1) return *number;
  return InvalidArgument("{}:{}: reference '{}', expected a probability or nothing", file.train,
                         line, data::Printable(cell));
}

StatusOr<std::vector<SimulatedSite>> LoadShared(const data::Schema& schema,
                                                const federation::Plan& plan,
                                                const fs::path& folder) {
  const federation::SharedFile& file = plan.shared_file;
  ASSIGN_OR_RETURN(const data::Mapping mapping, MappingOf(schema, folder, file.mapping));
  const std::string path = folder / file.train;
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  ASSIGN_OR_RETURN(const data::LoadedCohort all, data::ParseCohort(schema, mapping, text, path));
  const data::Cohort& cohort = all.cohort;
  ASSIGN_OR_RETURN(const std::vector<std::string> site_of_row,
                   data::ReadFurtherColumn(text, mapping, file.site_column, cohort, path));
  std::vector<std::string> reference(site_of_row.size());
  if (!file.reference.empty()) {
    ASSIGN_OR_RETURN(reference,
                     data::ReadFurtherColumn(text, mapping, file.reference, cohort, path));
  }
  ASSIGN_OR_RETURN(const auto rows_by_site, RowsBySite(plan, site_of_row, cohort));
  std::vector<SimulatedSite> sites;
  for (const auto& [name, rows] : rows_by_site) {
    SimulatedSite& site = sites.emplace_back();
    site = {name, data::Select(cohort, rows), data::EmptyCohort(schema)};
    for (const int row : rows) {
      const std::string& cell = reference[static_cast<size_t>(row)];
      const int line = cohort.lines[static_cast<size_t>(row)];
      if (cell.empty()) continue;
      ASSIGN_OR_RETURN(site.reference[line], Probability(cell, file, line));
    }
  }
  return sites;
}

// Trains nowhere on who is held out anywhere.
void KeepApart(std::vector<SimulatedSite>& sites) {
  std::set<std::string> held_out;
  for (const SimulatedSite& site : sites) {
    held_out.insert(site.test.patient_ids.begin(), site.test.patient_ids.end());
  }
  held_out.erase("");
  for (SimulatedSite& site : sites) {
    std::vector<int> rest;
    for (int row = 0; row < site.train.patients; ++row) {
      const std::vector<std::string>& ids = site.train.patient_ids;
      if (ids.empty() || held_out.count(ids[static_cast<size_t>(row)]) == 0) rest.push_back(row);
    }
    if (static_cast<int>(rest.size()) < site.train.patients)
      site.train = data::Select(site.train, rest);
  }
}

}  // namespace

StatusOr<std::vector<SimulatedSite>> LoadSites(const data::Schema& schema,
                                               const federation::Plan& plan,
                                               const std::string& folder) {
  if (!plan.shared_file.train.empty()) return LoadShared(schema, plan, folder);
  std::vector<SimulatedSite> sites;
  for (const federation::SiteFiles& files : plan.files) {
    ASSIGN_OR_RETURN(SimulatedSite site, LoadSite(schema, files, folder));
    sites.push_back(std::move(site));
  }
  return sites;
}

StatusOr<std::vector<SimulatedSite>> HoldOut(const data::Schema& schema,
                                             const federation::Plan& plan,
                                             std::vector<SimulatedSite> sites) {
  const bool shared = !plan.shared_file.train.empty();
  for (size_t i = 0; i < sites.size(); ++i) {
    training::TrainingOptions options = plan.training;
    if (shared && options.folds >= 2) {
      // Else the only death of each small site would be in the same fold.
      const auto folds = static_cast<uint64_t>(options.folds);
      const uint64_t offset = Random::Named(plan.seed, "first fold", i).Below(folds);
      options.fold = static_cast<int>((static_cast<uint64_t>(options.fold) + offset) % folds);
    }
    const Status split =
        training::SplitHeldOut(schema, options, plan.seed, sites[i].train, sites[i].test);
    if (!split.ok()) return Annotate(split, sites[i].name);
  }
  if (shared) KeepApart(sites);
  return sites;
}

}  // namespace consilium::simulation
