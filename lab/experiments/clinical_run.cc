#include "lab/experiments/clinical_run.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "lab/experiments/real_data.h"
#include "modules/schedule/make_exchange.h"

namespace consilium::experiments {
namespace {

constexpr char kAdam[] = "learning_rate = 0.004\n";
constexpr char kAdamAndDropout[] = "learning_rate = 0.004\nanswer_dropout = 0.2\n";

// A hospital's few patients are one batch: see examples/eicu/simulation.toml.
constexpr char kSmallSites[] =
    "optimiser = \"nesterov\"\nlearning_rate = 0.3\ngradient_clip = 1.0\n";

// That sites come from one file, so that nobody trains on who is held out at another.
std::string OneFile(std::string_view column) {
  return fmt::format("[data]\nschema = \"s\"\ntrain = \"t\"\nsite_column = \"{}\"\n", column);
}

ClinicalSet SetOf(std::string_view name, RealData data) {
  ClinicalSet set{std::string(name), std::move(data.schema), {}, {}, kAdam, false};
  for (size_t i = 0; i < data.sites.size(); ++i) {
    simulation::SimulatedSite& site = set.sites.emplace_back();
    site.name = data.sites[i];
    site.train = std::move(data.cohorts[i]);
    site.test = data::EmptyCohort(set.schema);
  }
  return set;
}

// A tree where the schedule asks for one: a star; else a ring.
std::string_view TopologyOf(const std::string& schedule) {
  for (const schedule::NamedSchedule& named : schedule::AllSchedules()) {
    if (named.name == schedule && !named.needs_tree) return "ring";
  }
  return "star";
}

std::optional<double> AurocOf(const std::vector<training::OutcomeScores>& outcomes,
                              std::string_view model) {
  if (outcomes.empty()) return std::nullopt;
  for (const training::ModelReport& report : outcomes.front().models) {
    if (report.model == model) return report.scores.auroc;
  }
  return std::nullopt;
}

}  // namespace

StatusOr<ClinicalSet> LoadClinicalSet(const std::string& folder, std::string_view name) {
  if (name == "heart") {
    ASSIGN_OR_RETURN(RealData data, LoadHeart(folder));
    ClinicalSet set = SetOf(name, std::move(data));
    set.mean_of_sites = true;
    return set;
  }
  if (name == "icu2012") {
    ASSIGN_OR_RETURN(RealData data, LoadIcu(folder));
    ClinicalSet set = SetOf(name, std::move(data));
    set.mean_of_sites = true;
    set.training = kAdamAndDropout;
    return set;
  }
  if (name != "eicu-regions" && name != "eicu-hospitals") {
    return NotFound("no data set '{}': there are heart, icu2012, eicu-regions, eicu-hospitals",
                    name);
  }
  const bool regions = name == "eicu-regions";
  const std::string column = regions ? "region" : "hospital_id";
  ASSIGN_OR_RETURN(RealData data, LoadEicu(folder, column));
  ClinicalSet set = SetOf(name, std::move(data));
  set.tables = OneFile(column);
  if (!regions) set.tables += "[model]\nstate = 16\nhidden = 16\n";
  set.training = regions ? kAdamAndDropout : kSmallSites;
  return set;
}

std::string Describe(const ClinicalSetting& setting) {
  std::string text = fmt::format("{}, {}", setting.schedule, setting.compressor);
  if (setting.compressor == "low_rank") text += fmt::format(" {}", setting.rank);
  if (setting.compressor == "quantized") text += fmt::format(" {} bits", setting.bits);
  if (setting.compressor == "top_k" || setting.compressor == "random_k") {
    text += fmt::format(" {}", setting.keep);
  }
  return text + fmt::format(", {} x {}", setting.rounds, setting.local_epochs);
}

std::string PlanText(const ClinicalSet& set, const ClinicalSetting& setting, uint64_t seed) {
  std::vector<std::string> sites;
  for (const simulation::SimulatedSite& site : set.sites) sites.push_back(site.name);
  std::string text = fmt::format("[run]\nseed = {}\nrounds = {}\nsites = [\"{}\"]\n", seed,
                                 setting.rounds, fmt::join(sites, "\", \""));
  text += set.tables;
  text += fmt::format("[schedule]\nkind = \"{}\"\ntopology = \"{}\"\n", setting.schedule,
                      TopologyOf(setting.schedule));
  text += fmt::format("[compression]\nkind = \"{}\"\nrank = {}\nbits = {}\nkeep = {}\n",
                      setting.compressor, setting.rank, setting.bits, setting.keep);
  text += fmt::format("[training]\n{}local_epochs = {}\n", set.training, setting.local_epochs);
  text += fmt::format("[evaluation]\nfolds = 5\n{}", setting.all_folds ? "" : "fold = 0\n");
  if (setting.baselines.empty()) return text + "baselines = []\n";
  return text + fmt::format("baselines = [\"{}\"]\n", fmt::join(setting.baselines, "\", \""));
}

StatusOr<ClinicalScore> RunClinical(const ClinicalSet& set, const ClinicalSetting& setting,
                                    uint64_t seed) {
  ASSIGN_OR_RETURN(const simulation::SimulationResult result,
                   simulation::Simulate(set.schema, PlanText(set, setting, seed), set.sites, 1));
  const std::vector<training::OutcomeScores>& outcomes =
      set.mean_of_sites ? result.mean : result.pooled;
  const std::optional<double> auroc = AurocOf(outcomes, "federated");
  if (!auroc) return Internal("{}: {} has no AUROC", set.name, Describe(setting));
  return ClinicalScore{*auroc, AurocOf(outcomes, "local"), AurocOf(outcomes, "pooled"),
                       result.bytes_sent};
}

}  // namespace consilium::experiments
