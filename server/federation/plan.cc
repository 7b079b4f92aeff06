#include "server/federation/plan.h"

#include <algorithm>
#include <set>

#include "base/toml.h"
#include "fmt/format.h"
#include "server/federation/run.h"

namespace consilium {
namespace {

constexpr int kMostUnits = 4096;  // as modules/modn takes

// Reads one value into the field that holds its default.
void Read(TomlTable& table, std::string_view key, int& field, int minimum,
          int maximum = 1'000'000'000) {
  const std::optional<int64_t> value = table.Integer(key);
  if (!value) return;
  if (*value < minimum || *value > maximum) {
    table.ComplainAt(key,
                     fmt::format("{} is {}, expected {} to {}", key, *value, minimum, maximum));
    return;
  }
  field = static_cast<int>(*value);
}

void Read(TomlTable& table, std::string_view key, double& field, double minimum, double maximum) {
  const std::optional<double> value = table.Number(key);
  if (!value) return;
  if (!(*value >= minimum && *value <= maximum)) {
    table.ComplainAt(key,
                     fmt::format("{} is {}, expected {} to {}", key, *value, minimum, maximum));
    return;
  }
  field = *value;
}

void Read(TomlTable& table, std::string_view key, Duration& field) {
  double seconds = ToSeconds(field);
  Read(table, key, seconds, 0.01, 1e6);
  field = Seconds(seconds);
}

void Read(TomlTable& table, std::string_view key, std::string& field,
          const std::vector<std::string>& allowed) {
  const std::optional<std::string> value = table.Text(key);
  if (!value) return;
  if (std::find(allowed.begin(), allowed.end(), *value) == allowed.end()) {
    table.ComplainAt(key, fmt::format("{} is '{}', expected one of: {}{}", key, *value,
                                      fmt::join(allowed, ", "), Suggestion(*value, allowed)));
    return;
  }
  field = *value;
}

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
  if (plan.sites.empty()) table.Complain("no site: name them in sites = [\"...\"]");
  if (plan.quorum > static_cast<int>(plan.sites.size())) {
    table.ComplainAt("quorum", fmt::format("quorum is {}, but there are {} sites", plan.quorum,
                                           plan.sites.size()));
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
  if (auto data = root.Table("data")) plan.schema = data->RequireText("schema");
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

void ReadModel(TomlTable& table, TrainingOptions& training) {
  Read(table, "state", training.state, 1, kMostUnits);
  Read(table, "hidden", training.hidden, 1, kMostUnits);
}

void ReadTraining(TomlTable& table, TrainingOptions& training) {
  Read(table, "optimiser", training.optimiser, {"adam", "sgd"});
  Read(table, "learning_rate", training.learning_rate, 0, 100);
  Read(table, "final_learning_rate", training.final_learning_rate, 0, 100);
  Read(table, "momentum", training.momentum, 0, 0.9999);
  Read(table, "weight_decay", training.weight_decay, 0, 10);
  Read(table, "gradient_clip", training.gradient_clip, 0, 1e9);
  Read(table, "state_change_penalty", training.state_change_penalty, 0, 1e6);
  Read(table, "answer_dropout", training.answer_dropout, 0, 0.95);
  Read(table, "batch", training.batch, 1);
  Read(table, "local_epochs", training.local_epochs, 1);
}

void ReadEvaluation(TomlTable& table, TrainingOptions& training) {
  Read(table, "held_out", training.held_out, 0, 0.9);
  Read(table, "folds", training.folds, 0);
  Read(table, "fold", training.fold, 0);
  if (training.folds == 1 || training.fold > std::max(0, training.folds - 1)) {
    table.Complain(fmt::format("fold {} of {} folds: expected at least 2 folds, counted from 0",
                               training.fold, training.folds));
  }
  if (std::optional<std::vector<std::string>> baselines = table.Texts("baselines")) {
    for (const std::string& name : *baselines) {
      if (name != "local" && name != "logistic_regression" && name != "pooled") {
        table.ComplainAt("baselines", fmt::format("'{}' is no baseline, expected local, "
                                                  "logistic_regression or pooled",
                                                  name));
      }
    }
    training.baselines = *std::move(baselines);
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
  if (auto table = root.Table("model")) ReadModel(*table, plan.training);
  if (auto table = root.Table("training")) ReadTraining(*table, plan.training);
  if (auto table = root.Table("evaluation")) ReadEvaluation(*table, plan.training);
  if (auto table = root.Table("normalisation")) {
    std::string source_of_scales = "federated";
    Read(*table, "source", source_of_scales, {"federated", "schema"});
    plan.training.federated_normalisation = source_of_scales == "federated";
  }
  RETURN_IF_ERROR(document.Finish());
  return plan;
}

}  // namespace consilium
