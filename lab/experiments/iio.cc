// Imperfectly interoperable learning: claims of MoDN (Trottet et al. 2022), and what this project
// promises of it (docs/papers.md, Imperfectly interoperable data).
#include <algorithm>
#include <cmath>

#include "fmt/format.h"
#include "lab/experiments/experiment.h"
#include "lab/experiments/interoperable.h"

namespace consilium::experiments {
namespace {

constexpr char kPaper[] = "MoDN (Trottet et al. 2022), imperfectly interoperable data sets";
constexpr std::string_view kData[] = {"icu2012", "heart"};

// [share][seed]
using AllScores = std::vector<std::vector<InteroperableScores>>;

struct Plan {
  InteroperableOptions options;
  std::vector<double> shares;
};

Plan ReadPlan(ExperimentPlan& plan) {
  Plan read;
  read.options.test = plan.Number("test");
  read.options.validation = plan.Number("validation");
  read.options.local = plan.Number("local");
  read.options.rounds = plan.Integer("rounds");
  read.options.local_rounds = plan.Integer("local_rounds");
  read.options.fine_tune = plan.Integer("fine_tune");
  read.options.training.learning_rate = plan.Number("learning_rate");
  read.options.training.answer_dropout = plan.Number("answer_dropout");
  read.options.training.baselines.clear();
  read.shares = plan.Numbers("shares");
  return read;
}

std::vector<double> Each(const std::vector<InteroperableScores>& seeds, IioMethod method,
                         double TestScores::*score) {
  std::vector<double> values;
  for (const InteroperableScores& seed : seeds) values.push_back(seed.scores[method].*score);
  return values;
}

std::vector<double> Gain(const std::vector<InteroperableScores>& seeds, IioMethod method,
                         IioMethod over, double TestScores::*score) {
  return Differences(Each(seeds, method, score), Each(seeds, over, score));
}

// Exact: nothing but the new encoders moved.
void AddMechanics(std::string_view data, const AllScores& all, ExperimentResult& result) {
  std::vector<double> moved, changed;
  for (const auto& seeds : all) {
    for (const InteroperableScores& seed : seeds) {
      moved.push_back(seed.moved_modules);
      changed.push_back(seed.changed_predictions);
    }
  }
  result.claims.push_back(AtMost(
      {fmt::format("iio.1.{}", data),
       fmt::format("{}: the update moves no old module, s_0 included, by a bit", data), kPaper},
      0, moved));
  result.claims.push_back(AtMost(
      {fmt::format("iio.2.{}", data),
       fmt::format("{}: predictions for patients without the new features stay the same", data),
       kPaper},
      0, changed));
}

void AddOrdering(std::string_view data, const std::vector<InteroperableScores>& seeds,
                 ExperimentResult& result) {
  result.claims.push_back(AtLeast(
      {fmt::format("iio.3.{}", data),
       fmt::format("{}, 60 % shared: macro-F1 of the composed model beats the static one by 0.05",
                   data),
       kPaper, "The paper's patients answer questionnaires that hinge on the features held back."},
      0.05, Gain(seeds, kUpdate, kStatic, &TestScores::macro_f1)));
  result.claims.push_back(AtLeast(
      {fmt::format("iio.4.{}", data),
       fmt::format("{}, 60 % shared: its macro-F1 is at least that of local training - 0.02", data),
       kPaper},
      -0.02, Gain(seeds, kUpdate, kLocal, &TestScores::macro_f1)));
  result.claims.push_back(Near(
      {fmt::format("iio.5.{}", data),
       fmt::format("{}, 60 % shared: update and fine-tuning differ by at most 0.03 macro-F1", data),
       kPaper, "The paper's fine-tuning moved nothing but s_0 and the new encoders, by a bug."},
      0, 0.03, Gain(seeds, kUpdate, kFineTune, &TestScores::macro_f1)));
  result.claims.push_back(AtLeast(
      {fmt::format("iio.6.{}", data),
       fmt::format("{}, 60 % shared: AUROC of the composed model is at least local + 0.02", data),
       "this project",
       "Local training on a fifth of the patients, with dropped answers, is strong here; what "
       "pooled "
       "training of all patients gains over it bounds what any composition can."},
      0.02, Gain(seeds, kUpdate, kLocal, &TestScores::auroc)));
  result.claims.push_back(AtLeast(
      {fmt::format("iio.7.{}", data),
       fmt::format("{}, 60 % shared: AUROC of the composed model is at least fine-tuned - 0.01",
                   data),
       "this project"},
      -0.01, Gain(seeds, kUpdate, kFineTune, &TestScores::auroc)));
  result.claims.push_back(AtLeast(
      {fmt::format("iio.8.{}", data),
       fmt::format("{}, 60 % shared: AUROC of the composed model is at least pooled - 0.01", data),
       "this project"},
      -0.01, Gain(seeds, kUpdate, kPooled, &TestScores::auroc)));
}

std::string Text(const std::vector<double>& values) {
  const Estimate e = EstimateOf(values);
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", e.mean.value_or(NAN), e.low.value_or(NAN),
                     e.high.value_or(NAN));
}

page::Table Numbers(const Plan& plan, std::string_view data, const AllScores& all,
                    double TestScores::*score, std::string_view name) {
  page::Table table;
  table.caption = fmt::format("{}: {} on test patients, mean over seeds", data, name);
  table.columns = {{"shared features"}};
  for (const std::string_view method : kIioNames) {
    table.columns.push_back({std::string(method), true});
  }
  for (size_t s = 0; s < plan.shares.size(); ++s) {
    std::vector<page::Cell> row = {fmt::format("{:.0f} %", 100 * plan.shares[s])};
    for (size_t m = 0; m < kIioMethods; ++m) {
      row.emplace_back(Text(Each(all[s], static_cast<IioMethod>(m), score)));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

page::Svg Plot(const Plan& plan, std::string_view data, const AllScores& all) {
  page::Chart chart;
  chart.title = fmt::format("{}: AUROC by share of common features", data);
  chart.description = "Each way to learn, mean over seeds with 95 % interval.";
  chart.x = {.label = "share of features that both sites have"};
  chart.y = {.label = "AUROC"};
  for (size_t m = 0; m < kIioMethods; ++m) {
    page::Series series{std::string(kIioNames[m]), {}, true};
    for (size_t s = 0; s < plan.shares.size(); ++s) {
      const Estimate e = EstimateOf(Each(all[s], static_cast<IioMethod>(m), &TestScores::auroc));
      series.points.push_back({plan.shares[s], e.mean.value_or(NAN), e.low, e.high});
    }
    chart.series.push_back(std::move(series));
  }
  return page::LineChart(chart);
}

Status AddData(const ExperimentSetting& setting, const Plan& plan, std::string_view data,
               ExperimentResult& result) {
  const auto patients = LoadPatients(setting.data, data);
  if (!patients.ok()) {
    result.claims.push_back(
        Skipped({fmt::format("iio.{}", data), fmt::format("{}: all", data), kPaper},
                std::string(Message(patients.status()))));
    return OkStatus();
  }
  const std::vector<uint64_t>& seeds = setting.plan.seeds();
  AllScores all(plan.shares.size(), std::vector<InteroperableScores>(seeds.size()));
  const int tasks = static_cast<int>(plan.shares.size() * seeds.size());
  RETURN_IF_ERROR(ForEach(setting, data, tasks, [&](int task) -> Status {
    const size_t share = static_cast<size_t>(task) / seeds.size();
    const size_t seed = static_cast<size_t>(task) % seeds.size();
    ASSIGN_OR_RETURN(all[share][seed],
                     RunInteroperable(*patients, plan.options, plan.shares[share], seeds[seed]));
    return OkStatus();
  }));
  AddMechanics(data, all, result);
  AddOrdering(data, all.front(), result);
  result.sections.push_back({std::string(data),
                             {Numbers(plan, data, all, &TestScores::auroc, "AUROC"),
                              Numbers(plan, data, all, &TestScores::macro_f1, "macro-F1")}});
  if (plan.shares.size() > 1) {
    result.sections.back().blocks.push_back(
        page::Figure{Plot(plan, data, all), "AUROC by share of common features"});
  }
  return OkStatus();
}

}  // namespace

StatusOr<ExperimentResult> RunIio(ExperimentSetting& setting) {
  const Plan plan = ReadPlan(setting.plan);
  RETURN_IF_ERROR(setting.plan.Finish());
  ExperimentResult result;
  for (const std::string_view data : kData) {
    RETURN_IF_ERROR(AddData(setting, plan, data, result));
  }
  result.notes.push_back(
      "All sites' patients are put together and cut anew for every seed. local: the small site "
      "alone, "
      "all features; static: the large site, shared features; composed: the large site's model "
      "with "
      "the encoders of the new features trained at the small site while everything else stays; "
      "fine-tuned: all modules move afterwards; pooled: all patients in one place.");
  result.notes.push_back(
      "Passes, rate and dropout were chosen once, on validation patients of icu2012 that no score "
      "here counts. A correct fine-tuning is compared; the authors' moves only s_0 and new "
      "encoders.");
  return result;
}

}  // namespace consilium::experiments
