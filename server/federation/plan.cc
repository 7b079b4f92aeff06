#include "server/federation/plan.h"

#include <algorithm>
#include <set>

#include "base/read_fields.h"
#include "fmt/format.h"
#include "server/federation/declare_plan.h"
#include "server/federation/run_record.h"
#include "server/training/read_options.h"

namespace consilium::federation {
namespace {

bool IsSiteName(const std::string& name) {
  return !name.empty() && name.size() <= 63 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

void CheckSites(TomlTable& table, const Plan& plan) {
  std::set<std::string> seen;
  for (const std::string& site : plan.sites) {
    if (!IsSiteName(site) || site == kCoordinatorSite) {
      table.ComplainAt("sites",
                       fmt::format("'{}' is no name for a site: use a-z, 0-9 and '-', and not '{}'",
                                   site, kCoordinatorSite));
    } else if (!seen.insert(site).second) {
      table.ComplainAt("sites", fmt::format("site '{}' is named twice", site));
    }
  }
  if (plan.sites.empty() && plan.shared_file.train.empty()) {
    table.Complain("no site: name them in sites = [\"...\"]");
  }
  if (!plan.sites.empty() && plan.quorum > static_cast<int>(plan.sites.size())) {
    table.ComplainAt("quorum", fmt::format("quorum is {}, but there are {} sites", plan.quorum,
                                           plan.sites.size()));
  }
}

void ReadSharedFile(TomlTable& data, Plan& plan) {
  SharedFile& file = plan.shared_file;
  if (!data.Has("train")) return;
  file.train = data.RequireText("train");
  file.site_column = data.RequireText("site_column");
  file.mapping = data.Text("mapping").value_or("");
  file.reference = data.Text("reference").value_or("");
  if (!plan.files.empty()) {
    data.ComplainAt("train", "one file of all sites goes without [[site]] tables");
  }
}

void ReadFiles(TomlTable& root, Plan& plan) {
  for (TomlTable& table : root.Tables("site")) {
    SiteFiles files;
    files.site = table.RequireText("name");
    files.train = table.RequireText("train");
    files.test = table.Text("test").value_or("");
    files.mapping = table.Text("mapping").value_or("");
    plan.files.push_back(std::move(files));
  }
  if (auto data = root.Table("data")) {
    plan.schema = data->RequireText("schema");
    ReadSharedFile(*data, plan);
  }
}

void ReadRun(TomlTable& table, Plan& plan) {
  for (const SiteFiles& files : plan.files) plan.sites.push_back(files.site);
  ReadFields(table, [&](Fields& fields) { DeclareRun(fields, plan); });
  CheckSites(table, plan);
}

}  // namespace

StatusOr<Plan> ParsePlan(std::string_view toml, std::string_view source) {
  ASSIGN_OR_RETURN(TomlDocument document, TomlDocument::Parse(toml, source));
  TomlTable root = document.root();
  Plan plan;
  ReadFiles(root, plan);
  if (std::optional<TomlTable> table = root.Table("run")) {
    ReadRun(*table, plan);
  } else {
    root.Complain("no [run] table: it names the sites and the number of rounds");
  }
  ReadSchedulePlan(root, plan.sites, plan.schedule);
  training::ReadTrainingOptions(root, plan.training);
  if (auto table = root.Table("tune")) training::ReadTune(*table, plan.training, plan.tune);
  RETURN_IF_ERROR(document.Finish());
  return plan;
}

}  // namespace consilium::federation
