#include "server/federation/plan.h"

#include <algorithm>
#include <set>

#include "base/toml_fields.h"
#include "fmt/format.h"
#include "server/federation/run.h"
#include "server/training/read_options.h"

namespace consilium {
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
  plan.sites = table.Texts("sites").value_or(plan.sites);
  int seed = static_cast<int>(plan.seed);
  Read(table, "seed", seed, 0);
  plan.seed = static_cast<uint64_t>(seed);
  Read(table, "rounds", plan.rounds, 1);
  Read(table, "quorum", plan.quorum, 1);
  Read(table, "round_deadline_seconds", plan.round_deadline);
  Read(table, "departure_grace_seconds", plan.departure_grace);
  CheckSites(table, plan);
}

std::optional<std::pair<int, int>> ReadEdge(TomlTable& table, const Plan& plan) {
  int ends[2] = {-1, -1};
  const char* const keys[2] = {"from", "to"};
  for (int end = 0; end < 2; ++end) {
    const std::string name = table.RequireText(keys[end]);
    const auto found = std::find(plan.sites.begin(), plan.sites.end(), name);
    if (found == plan.sites.end()) {
      table.ComplainAt(keys[end], fmt::format("'{}' is none of the sites{}", name,
                                              Suggestion(name, plan.sites)));
      return std::nullopt;
    }
    ends[end] = static_cast<int>(found - plan.sites.begin());
  }
  return std::pair(ends[0], ends[1]);
}

void ReadSchedule(TomlTable& table, Plan& plan) {
  SchedulePlan& schedule = plan.schedule;
  Read(table, "kind", schedule.kind, {"relay_sum", "gossip", "all_reduce"});
  Read(table, "weights", schedule.weights, {"patients", "uniform"});
  Read(table, "topology", schedule.topology,
       {"chain", "star", "ring", "binary_tree", "fully_connected", "edges"});
  Read(table, "aggregator", schedule.aggregator, {"site", "coordinator"});
  for (TomlTable& edge : table.Tables("edge")) {
    if (const auto read = ReadEdge(edge, plan)) schedule.edges.push_back(*read);
  }
  if ((schedule.topology == "edges") != !schedule.edges.empty()) {
    table.Complain("topology = \"edges\" goes with [[schedule.edge]] tables, and they with it");
  }
  if (schedule.aggregator == "coordinator" && schedule.kind != "all_reduce") {
    table.ComplainAt("aggregator", fmt::format("aggregator = \"coordinator\" goes with kind = "
                                               "\"all_reduce\", not \"{}\"",
                                               schedule.kind));
  }
}

void ReadCompression(TomlTable& table, SchedulePlan& schedule) {
  Read(table, "kind", schedule.compressor, {"identity", "low_rank", "quantized"});
  Read(table, "rank", schedule.rank, 1);
  Read(table, "bits", schedule.bits, 2, 8);
  Read(table, "iterations", schedule.iterations, 1);
  if (schedule.compressor == "quantized" && schedule.kind != "relay_sum") {
    table.ComplainAt("kind", fmt::format("quantized goes with schedule relay_sum, not {}: rounded "
                                         "messages cannot be added up",
                                         schedule.kind));
  }
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
  if (auto table = root.Table("schedule")) ReadSchedule(*table, plan);
  if (auto table = root.Table("compression")) ReadCompression(*table, plan.schedule);
  ReadTrainingOptions(root, plan.training);
  if (auto table = root.Table("tune")) ReadTune(*table, plan.training, plan.tune);
  RETURN_IF_ERROR(document.Finish());
  return plan;
}

}  // namespace consilium
