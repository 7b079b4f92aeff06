// AUROC against bytes on open clinical data: what each schedule and compressor costs and loses,
// with local training, pooled training and uncompressed all-reduce (FedAvg) to compare with.
#include <algorithm>
#include <cmath>
#include <memory>
#include <span>

#include "fmt/format.h"
#include "lab/experiments/clinical_run.h"
#include "lab/experiments/experiment.h"
#include "modules/compress/compressor.h"
#include "modules/schedule/make_exchange.h"
#include "server/federation/plan.h"

namespace consilium::experiments {
namespace {

constexpr char kProject[] = "this project";
constexpr double kMegabyte = 1e6;

// How one federation is run, and what.
struct SetPlan {
  std::string name;
  ClinicalSetting reference;  // uncompressed all-reduce
  ClinicalSetting chosen;     // found on other seeds
  ClinicalSetting table;      // for each schedule and compressor
  std::vector<uint64_t> seeds, table_seeds;
};

struct Job {
  const ClinicalSet* set = nullptr;
  ClinicalSetting setting;
  uint64_t seed = 0;
  StatusOr<ClinicalScore> score = Internal("not run");
};

// All runs of one setting, one for each seed.
struct Runs {
  ClinicalSetting setting;
  std::vector<Job> jobs;

  std::vector<double> Each(double (*value)(const ClinicalScore&)) const {
    std::vector<double> values;
    for (const Job& job : jobs) values.push_back(job.score.ok() ? value(*job.score) : NAN);
    return values;
  }
};

double Auroc(const ClinicalScore& score) { return score.auroc; }
double Local(const ClinicalScore& score) { return score.local.value_or(NAN); }
double Pooled(const ClinicalScore& score) { return score.pooled.value_or(NAN); }
double Megabytes(const ClinicalScore& score) {
  return static_cast<double>(score.bytes) / kMegabyte;
}

double Mean(const std::vector<double>& values) { return EstimateOf(values).mean.value_or(NAN); }

struct SetRuns {
  SetPlan plan;
  ClinicalSet set;
  Runs reference, chosen;
  Runs as_rarely;           // uncompressed in the rounds of the chosen one
  std::vector<Runs> table;  // by schedule, then compressor
};

std::vector<uint64_t> First(const std::vector<uint64_t>& seeds, int count) {
  const auto all = static_cast<int>(seeds.size());
  return {seeds.begin(), seeds.begin() + std::clamp(count, 1, all)};
}

SetPlan ReadSet(ExperimentPlan& plan, const std::string& name) {
  const std::string prefix = name + "_";
  SetPlan read;
  read.name = name;
  read.seeds = First(plan.seeds(), plan.Integer(prefix + "seeds"));
  read.table_seeds = First(plan.seeds(), plan.Integer(prefix + "table_seeds"));
  read.reference.rounds = plan.Integer(prefix + "reference_rounds");
  read.reference.all_folds = plan.Flag(prefix + "all_folds");
  read.reference.baselines = {"local", "pooled"};
  read.chosen.all_folds = read.reference.all_folds;
  read.chosen.schedule = plan.Text(prefix + "schedule");
  read.chosen.compressor = plan.Text(prefix + "compressor");
  read.chosen.rank = plan.Integer(prefix + "rank");
  read.chosen.bits = plan.Integer(prefix + "bits");
  read.chosen.keep = plan.Number(prefix + "keep");
  read.chosen.rounds = plan.Integer(prefix + "rounds");
  read.chosen.local_epochs = plan.Integer(prefix + "local_epochs");
  read.table = read.chosen;
  read.table.all_folds = plan.Flag(prefix + "table_all_folds");
  read.table.rounds = plan.Integer(prefix + "table_rounds");
  read.table.local_epochs = plan.Integer(prefix + "table_local_epochs");
  return read;
}

Runs RunsOf(const ClinicalSet& set, const ClinicalSetting& setting,
            const std::vector<uint64_t>& seeds) {
  Runs runs{setting, {}};
  for (const uint64_t seed : seeds) runs.jobs.push_back({&set, setting, seed});
  return runs;
}

bool PlanAdmits(const ClinicalSet& set, const ClinicalSetting& setting) {
  return federation::ParsePlan(PlanText(set, setting, 1), "plan").ok();
}

void AddTable(SetRuns& runs) {
  for (const schedule::NamedSchedule& schedule : schedule::AllSchedules()) {
    for (const compress::CompressorRow* compressor : compress::AllCompressors()) {
      ClinicalSetting setting = runs.plan.table;
      setting.schedule = schedule.name;
      setting.compressor = compressor->name;
      if (!PlanAdmits(runs.set, setting)) continue;
      runs.table.push_back(RunsOf(runs.set, setting, runs.plan.table_seeds));
    }
  }
}

void Prepare(SetRuns& runs) {
  const SetPlan& plan = runs.plan;
  runs.reference = RunsOf(runs.set, plan.reference, plan.seeds);
  runs.chosen = RunsOf(runs.set, plan.chosen, plan.seeds);
  ClinicalSetting as_rarely = plan.chosen;
  as_rarely.schedule = "all_reduce";
  as_rarely.compressor = "identity";
  runs.as_rarely = RunsOf(runs.set, as_rarely, plan.seeds);
  AddTable(runs);
}

std::vector<Job*> JobsOf(std::vector<std::unique_ptr<SetRuns>>& sets) {
  std::vector<Job*> jobs;
  const auto add = [&jobs](Runs& runs) {
    for (Job& job : runs.jobs) jobs.push_back(&job);
  };
  for (const auto& set : sets) {
    add(set->reference);
    add(set->chosen);
    add(set->as_rarely);
    for (Runs& runs : set->table) add(runs);
  }
  return jobs;
}

std::vector<double> Ratios(const Runs& above, const Runs& below) {
  std::vector<double> ratios = above.Each(Megabytes);
  const std::vector<double> others = below.Each(Megabytes);
  for (size_t i = 0; i < ratios.size(); ++i) ratios[i] /= others[i];
  return ratios;
}

void AddClaims(const SetRuns& runs, ExperimentResult& result) {
  const std::string& name = runs.plan.name;
  const std::string chosen = Describe(runs.chosen.setting);
  const std::vector<double> reference = runs.reference.Each(Auroc);
  result.claims.push_back(
      AtLeast({fmt::format("clinical.1.{}", name),
               fmt::format("{}: AUROC of {}, less that of uncompressed all-reduce", name, chosen),
               kProject},
              -0.005, Differences(runs.chosen.Each(Auroc), reference)));
  result.claims.push_back(
      AtLeast({fmt::format("clinical.2.{}", name),
               fmt::format("{}: bytes of uncompressed all-reduce, over those of {}", name, chosen),
               kProject},
              30, Ratios(runs.reference, runs.chosen)));
  result.claims.push_back(AtLeast(
      {fmt::format("clinical.3.{}", name),
       fmt::format("{}: AUROC of {}, less that of each site's own model", name, chosen), kProject},
      0, Differences(runs.chosen.Each(Auroc), runs.reference.Each(Local))));
  double failed = 0;
  for (const Runs& each : runs.table) {
    for (const Job& job : each.jobs) {
      if (job.score.ok()) continue;
      ++failed;
      result.notes.push_back(fmt::format("{}, {}, seed {}: {}", name, Describe(job.setting),
                                         job.seed, std::string(job.score.status().message())));
    }
  }
  result.claims.push_back(AtMost(
      {fmt::format("clinical.4.{}", name),
       fmt::format("{}: runs that fail, of every schedule with every compressor", name), kProject},
      0, std::vector<double>{failed}));
  const auto pairs = static_cast<double>(runs.table.size());
  const auto schedules = static_cast<double>(schedule::AllSchedules().size());
  result.claims.push_back(AtLeast(
      {fmt::format("clinical.5.{}", name),
       fmt::format("{}: schedules and compressors that go together and were run", name), kProject},
      4 * schedules, std::vector<double>{pairs}));
}

std::string Spread(const std::vector<double>& values) {
  const Estimate e = EstimateOf(values);
  if (!e.mean) return "-";
  if (!e.low) return fmt::format("{:.3f}", *e.mean);
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", *e.mean, *e.low, *e.high);
}

std::vector<page::Cell> Row(const std::string& name, const Runs& runs, const Runs& reference) {
  std::vector<double> same_seeds = reference.Each(Auroc);
  same_seeds.resize(runs.jobs.size());
  const double megabytes = Mean(runs.Each(Megabytes));
  return {name, Spread(runs.Each(Auroc)),
          runs.setting.all_folds == reference.setting.all_folds
              ? Spread(Differences(runs.Each(Auroc), same_seeds))
              : std::string("-"),
          fmt::format("{:.2f}", megabytes)};
}

// Bytes of runs that hold out all folds in turn are of five models.
double Models(const Runs& runs) { return runs.setting.all_folds ? 5 : 1; }

page::Table MainTable(const SetRuns& runs) {
  page::Table table;
  table.caption = fmt::format("{}: mean over {} seeds with 95 % interval", runs.plan.name,
                              runs.plan.seeds.size());
  table.columns = {{"run"},
                   {"AUROC", true},
                   {"less the reference's", true},
                   {"MB", true},
                   {"times fewer", true}};
  const auto add = [&](const std::string& name, const Runs& each) {
    table.rows.push_back(Row(name, each, runs.reference));
    table.rows.back().push_back(fmt::format("{:.1f}", Mean(Ratios(runs.reference, each))));
  };
  add("reference: " + Describe(runs.reference.setting), runs.reference);
  add("as rarely: " + Describe(runs.as_rarely.setting), runs.as_rarely);
  add("chosen: " + Describe(runs.chosen.setting), runs.chosen);
  table.rows.push_back({"pooled", Spread(runs.reference.Each(Pooled)), "", "", ""});
  table.rows.push_back({"local", Spread(runs.reference.Each(Local)), "", "", ""});
  return table;
}

page::Table AllTable(const SetRuns& runs) {
  page::Table table;
  table.caption = fmt::format("{}: every schedule with every compressor, {} seed(s), {}",
                              runs.plan.name, runs.plan.table_seeds.size(),
                              runs.plan.table.all_folds ? "all patients held out in turn"
                                                        : "a fifth of the patients held out");
  table.columns = {{"schedule, compressor, rounds x passes"},
                   {"AUROC", true},
                   {"less the reference's", true},
                   {"MB", true},
                   {"times fewer a model", true}};
  const double reference = Mean(runs.reference.Each(Megabytes)) / Models(runs.reference);
  for (const Runs& each : runs.table) {
    table.rows.push_back(Row(Describe(each.setting), each, runs.reference));
    const double megabytes = Mean(each.Each(Megabytes)) / Models(each);
    table.rows.back().push_back(fmt::format("{:.1f}", reference / megabytes));
  }
  return table;
}

page::ChartPoint PointOf(const Runs& each) {
  const Estimate auroc = EstimateOf(each.Each(Auroc));
  return page::ChartPoint{Mean(each.Each(Megabytes)) / Models(each), auroc.mean.value_or(NAN),
                          auroc.low, auroc.high};
}

std::vector<std::string_view> CompressorNames() {
  std::vector<std::string_view> names;
  for (const compress::CompressorRow* row : compress::AllCompressors()) names.push_back(row->name);
  return names;
}

std::vector<std::string_view> ScheduleNames() {
  std::vector<std::string_view> names;
  for (const schedule::NamedSchedule& row : schedule::AllSchedules()) names.push_back(row.name);
  return names;
}

// Of each of the names a series with those runs of the table that have it as `part` of their
// setting: so many schedules times so many compressors are more than one chart can tell apart.
page::Figure Plot(const SetRuns& runs, const std::vector<std::string_view>& names,
                  std::string ClinicalSetting::*part, const std::string& by) {
  page::Chart chart;
  chart.title = fmt::format("{}, by {}", runs.plan.name, by);
  chart.description = "AUROC on patients held out, by megabytes all sites send for one model";
  chart.x = {"MB for one model", true};
  chart.y = {"AUROC"};
  for (const std::string_view name : names) {
    page::Series series{std::string(name), {}, true};
    for (const Runs& each : runs.table) {
      if (each.setting.*part == name) series.points.push_back(PointOf(each));
    }
    chart.series.push_back(std::move(series));
  }
  chart.series.push_back({"uncompressed all-reduce", {PointOf(runs.reference)}, true});
  chart.series.push_back({"chosen", {PointOf(runs.chosen)}, true});
  using Direction = page::Reference::Direction;
  chart.references.push_back({Direction::kHorizontal, Mean(runs.reference.Each(Local)), "local"});
  chart.references.push_back({Direction::kHorizontal, Mean(runs.reference.Each(Pooled)), "pooled"});
  return page::Figure{page::ScatterChart(chart), "AUROC against bytes, by " + by};
}

// Null if the data are not there, after claims were skipped.
StatusOr<std::unique_ptr<SetRuns>> LoadSet(const std::string& folder, const SetPlan& plan,
                                           ExperimentResult& result) {
  auto set = LoadClinicalSet(folder, plan.name);
  if (!set.ok() && set.status().code() == StatusCode::kNotFound) {
    result.claims.push_back(Skipped({fmt::format("clinical.1.{}", plan.name),
                                     fmt::format("{}: AUROC and bytes", plan.name), kProject},
                                    std::string(set.status().message())));
    return std::unique_ptr<SetRuns>();
  }
  if (!set.ok()) return set.status();
  auto runs = std::make_unique<SetRuns>();
  runs->plan = plan;
  runs->set = *std::move(set);
  Prepare(*runs);
  return runs;
}

}  // namespace

StatusOr<ExperimentResult> RunClinicalExperiment(ExperimentSetting& setting) {
  std::vector<SetPlan> plans;
  const std::vector<std::string> wanted = setting.plan.Texts("sets");
  for (const std::string& name : setting.plan.Texts("all_sets")) {
    SetPlan read = ReadSet(setting.plan, name);  // of either size, so that its keys are known
    if (std::ranges::find(wanted, name) != wanted.end()) plans.push_back(std::move(read));
  }
  RETURN_IF_ERROR(setting.plan.Finish());
  ExperimentResult result;
  std::vector<std::unique_ptr<SetRuns>> sets;
  for (const SetPlan& plan : plans) {
    ASSIGN_OR_RETURN(auto runs, LoadSet(setting.data, plan, result));
    if (runs != nullptr) sets.push_back(std::move(runs));
  }
  const std::vector<Job*> jobs = JobsOf(sets);
  RETURN_IF_ERROR(ForEach(setting, "runs", static_cast<int>(jobs.size()), [&](int i) {
    Job& job = *jobs[static_cast<size_t>(i)];
    job.score = RunClinical(*job.set, job.setting, job.seed);
    return OkStatus();
  }));
  for (const auto& runs : sets) {
    AddClaims(*runs, result);
    result.sections.push_back(
        {runs->plan.name,
         {Plot(*runs, CompressorNames(), &ClinicalSetting::compressor, "compressor"),
          Plot(*runs, ScheduleNames(), &ClinicalSetting::schedule, "schedule"), MainTable(*runs),
          AllTable(*runs)}});
  }
  result.notes.push_back(
      "Trees are stars, other graphs rings. Bytes are all that sites send for a model, framing, "
      "normalisation and the uncompressed final model included, which bounds what compression can "
      "save. Chosen settings were found on seeds 11 and up.");
  return result;
}

}  // namespace consilium::experiments
