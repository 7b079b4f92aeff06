// Claims of Morales-Brotons, Vogels and Hendrikx 2024 (docs/papers.md, EMA of weights).
#include "modules/optim/ema.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "fmt/format.h"
#include "lab/experiments/averaged_run.h"
#include "lab/experiments/experiment.h"
#include "modules/metrics/disagreement.h"

namespace consilium::experiments {
namespace {

constexpr char kPaper[] = "EMA of weights (Morales-Brotons et al. 2024)";
constexpr char kDerived[] = "derived from the definition of the average";

struct Plan {
  double rho, decay, slow_rho;
  int walk_steps, slow_steps;
  Teacher teacher;
  int train, validation, test;
  double noise;
  AveragedRunPlan run;
};

Plan ReadPlan(ExperimentPlan& read) {
  Plan plan;
  plan.rho = read.Number("rho");
  plan.decay = read.Number("decay");
  plan.slow_rho = read.Number("slow_rho");
  plan.walk_steps = read.Integer("walk_steps");
  plan.slow_steps = read.Integer("slow_steps");
  plan.teacher = {read.Integer("inputs"), read.Integer("teacher_hidden"), read.Integer("classes"),
                  read.Number("sharpness")};
  plan.train = read.Integer("train");
  plan.validation = read.Integer("validation");
  plan.test = read.Integer("test");
  plan.noise = read.Number("noise");
  for (const double units : read.Numbers("hidden")) {
    plan.run.hidden.push_back(static_cast<int>(units));
  }
  plan.run.epochs = read.Integer("epochs");
  plan.run.warm_up_epochs = read.Integer("warm_up_epochs");
  plan.run.batch = read.Integer("batch");
  plan.run.rate = read.Number("rate");
  plan.run.momentum = read.Number("momentum");
  plan.run.period = read.Integer("period");
  return plan;
}

double ClosedForm(double decay, double rho) {
  return (1 - decay) / (1 + decay) * (1 + decay * rho) / (1 - decay * rho);
}

// Stationary loss of the average over that of the iterate, x <- rho x + noise. On a quadratic of
// curvature h at rate eta, rho = 1 - eta h, and the loss is half h times the variance.
double WalkRatio(uint64_t seed, double decay, double rho, int steps) {
  Random random = Random::Named(seed, "walk");
  double x = 0, iterates = 0, averages = 0;
  optim::ParallelEma<double> ema({{decay}, 1, false}, std::span<const double>(&x, 1));
  const int before = static_cast<int>(20 / (1 - decay) + 20 / (1 - rho));
  for (int step = -before; step < steps; ++step) {
    x = rho * x + random.Normal();
    ema.Step(std::span<const double>(&x, 1));
    if (step < 0) continue;
    iterates += x * x;
    averages += ema.average(0)[0] * ema.average(0)[0];
  }
  return averages / iterates;
}

// All trainings of one seed: two runs of one task for each variant, so that runs can be compared.
struct Variant {
  const char* name;
  bool noisy;
  bool step_rate = false;
  bool copy_back = false;
  int period = 0;  // 0: the plan's
};
constexpr Variant kVariants[] = {{"noisy", true},
                                 {"clean", false},
                                 {"noisy, step rate", true, true},
                                 {"noisy, copied back", true, false, true},
                                 {"noisy, every step", true, false, false, 1}};
enum : size_t { kNoisy, kClean, kStepRate, kCopiedBack, kEveryStep, kCount };

struct SeedRuns {
  ClassificationTask task[kCount];
  AveragedRun runs[kCount][2];
};

ClassificationTask MakeTask(const Plan& plan, bool noisy, uint64_t seed) {
  ClassificationTask task = TaughtTask(plan.teacher, plan.train, plan.validation, plan.test, seed);
  if (!noisy) return task;
  AddLabelNoise(plan.noise, Random::Named(seed, "noise", 0).Bits(), task.train);
  AddLabelNoise(plan.noise, Random::Named(seed, "noise", 1).Bits(), task.validation);
  return task;
}

void RunOne(const Plan& plan, uint64_t seed, size_t variant, size_t twin, SeedRuns& all) {
  AveragedRunPlan run = plan.run;
  run.step_rate = kVariants[variant].step_rate;
  run.copy_back = kVariants[variant].copy_back;
  if (kVariants[variant].period > 0) run.period = kVariants[variant].period;
  all.runs[variant][twin] =
      RunAveraged(run, all.task[variant], Random::Named(seed, "twin", twin).Bits());
}

// ---- what is read off the runs ----

size_t Fifth(const AveragedRun& run) { return std::max<size_t>(1, run.scores[0].size() / 5); }

// The mean over both runs of each seed.
template <typename Read>
std::vector<double> Each(const std::vector<SeedRuns>& all, size_t variant, const Read& read) {
  std::vector<double> values;
  for (const SeedRuns& seed : all) {
    values.push_back((read(seed.runs[variant][0]) + read(seed.runs[variant][1])) / 2);
  }
  return values;
}

// By seed.
struct Disagreement {
  std::vector<double> churn, divergence;  // of averages over that of SGD's last iterates
  std::vector<double> sgd_churn, average_churn;
  std::vector<double> same_epoch;  // churn of averages over that of SGD after the same epoch
};

Disagreement DisagreementOf(const std::vector<SeedRuns>& all, size_t variant) {
  Disagreement result;
  for (const SeedRuns& seed : all) {
    const Rows& test = seed.task[variant].test;
    const auto of = [&](const std::vector<float>& p) { return PredictionsOf(test, p); };
    const AveragedRun *a = &seed.runs[variant][0], *b = &seed.runs[variant][1];
    const auto& best_a = a->best_predictions[BestAverage(*a, false).model];
    const auto& best_b = b->best_predictions[BestAverage(*b, false).model];
    const double sgd =
        metrics::Churn(of(a->last_predictions), of(b->last_predictions)).value_or(NAN);
    const double average = metrics::Churn(of(best_a), of(best_b)).value_or(NAN);
    result.sgd_churn.push_back(sgd);
    result.average_churn.push_back(average);
    result.churn.push_back(average / sgd);
    result.same_epoch.push_back(ChurnOfTheSameEpoch(*a, *b));
    result.divergence.push_back(
        metrics::JensenShannonDivergence(of(best_a), of(best_b)).value_or(NAN) /
        metrics::JensenShannonDivergence(of(a->last_predictions), of(b->last_predictions))
            .value_or(NAN));
  }
  return result;
}

// ---- claims ----

void AddWalkClaims(const Plan& plan, const std::vector<double>& ratios,
                   const std::vector<double>& slow, ExperimentResult& result) {
  const double expected = ClosedForm(plan.decay, plan.rho);
  result.claims.push_back(
      Near({"ema.1",
            fmt::format("The variance of the average over that of an autoregression with rho {} at "
                        "decay {} is by the closed form {:.3f}, within 3 %",
                        plan.rho, plan.decay, expected),
            kDerived, "More steps narrow it: the walk has a long memory."},
           expected, 0.03 * expected, ratios));
  result.claims.push_back(
      AtMost({"ema.2a",
              "On a noisy quadratic at constant rate (eta h = 0.1) the average at decay 0.95 has "
              "at most 0.35 of the last iterate's loss",
              kDerived},
             0.35, ratios));
  result.claims.push_back(AtLeast(
      {"ema.2b",
       fmt::format("At a rate so small (eta h = {:.3f}) that the average forgets sooner than the "
                   "goal pulls, it gains nothing: at least 0.95 of the loss is left",
                   1 - plan.slow_rho),
       kDerived},
      0.95, slow));
}

// Of the average and epoch that validation labels choose by accuracy.
double TestOfChosen(const AveragedRun& run) { return TestAt(run, BestAverage(run, true)); }

void AddNoiseClaims(const std::vector<SeedRuns>& all, ExperimentResult& result) {
  const std::vector<double> last = Each(all, kNoisy, LastOfSgd);
  result.claims.push_back(
      AtLeast({"ema.3a",
               "With 40 % wrong labels the best average of any epoch beats the last iterate of SGD "
               "on right test labels by 3 points",
               kPaper},
              0.03, Differences(Each(all, kNoisy, PeakOfAverages), last)));
  result.claims.push_back(
      AtLeast({"ema.3b",
               "So does the average and epoch that validation labels, as wrong as those trained "
               "on, choose by accuracy: no choice is made on test labels",
               kPaper},
              0.03, Differences(Each(all, kNoisy, TestOfChosen), last)));
  result.claims.push_back(
      AtMost({"ema.3c", "Validation chooses an epoch before 3/4 of the budget", kPaper}, 0.75,
             Each(all, kNoisy, PeakEpochShare)));
}

// What an average gives early, over stopping early, and where labels are right.
void AddEarlyClaims(const std::vector<SeedRuns>& all, ExperimentResult& result) {
  const auto early = [](const AveragedRun& run) {
    const size_t epoch = Fifth(run) - 1;
    const Choice at_fifth = BestAverage(run, false, Fifth(run));
    return run.scores[at_fifth.model][epoch].test_accuracy - run.scores[0][epoch].test_accuracy;
  };
  result.claims.push_back(AtLeast(
      {"ema.3d",
       "At 20 % of the budget the average that validation prefers is 1 point ahead of SGD", kPaper},
      0.01, Each(all, kNoisy, early)));
  result.claims.push_back(AtLeast(
      {"ema.3e",
       "SGD stopped early by the same validation labels does not make up for it: the "
       "average stays ahead",
       kPaper,
       "Then the gain over the last iterate is that of stopping early, which needs no average."},
      0, Differences(Each(all, kNoisy, TestOfChosen), Each(all, kNoisy, EarlySgd))));
  result.claims.push_back(
      AtLeast({"ema.3f",
               "With right labels the average that validation chooses loses at most 0.5 points to "
               "SGD's last iterate; no gain is promised",
               kPaper,
               "The chosen epoch lies early where validation patients are few; the last iterate "
               "has trained "
               "longest."},
              -0.005, Differences(Each(all, kClean, TestOfChosen), Each(all, kClean, LastOfSgd))));
}

constexpr char kWhyChurn[] =
    "Validation chooses these averages early in the run (ema.3c), SGD's last iterate is from its "
    "end. "
    "So early two runs still carry their different beginnings: churn counts test cases near a "
    "border "
    "between classes, though probabilities are far closer (ema.4d). After the same epoch averages "
    "do "
    "agree better than their networks (ema.4e). The paper's are chosen after 40 to 75 % of a run.";

void AddConsistencyClaims(const Disagreement& noisy, const Disagreement& clean,
                          ExperimentResult& result) {
  result.claims.push_back(
      AtLeast({"ema.4a",
               "Two runs with averages disagree on fewer test cases than two runs of SGD: "
               "churn of SGD less that of averages, 40 % wrong labels",
               kPaper, kWhyChurn},
              0, Differences(noisy.sgd_churn, noisy.average_churn)));
  result.claims.push_back(
      Near({"ema.4b", "The ratio of churns is between 0.5 and 0.9 (40 % wrong labels)", kPaper,
            kWhyChurn},
           0.7, 0.2, noisy.churn));
  result.claims.push_back(
      Near({"ema.4c", "The same with right labels", kPaper, kWhyChurn}, 0.7, 0.2, clean.churn));
  result.claims.push_back(AtMost({"ema.4d",
                                  "The ratio of Jensen-Shannon divergences is below 0.6 "
                                  "(40 % wrong labels)",
                                  kPaper},
                                 0.6, noisy.divergence));
  result.claims.push_back(
      AtMost({"ema.4e",
              "After the same epoch, that which validation chooses, averages of two runs disagree "
              "less than their networks: ratio of churns (40 % wrong labels)",
              kPaper},
             0.9, noisy.same_epoch));
}

void AddFurtherClaims(const std::vector<SeedRuns>& all, ExperimentResult& result) {
  const auto last_average = [](const AveragedRun& run) {
    return run.scores.back().back().test_accuracy;
  };
  result.claims.push_back(Near(
      {"ema.5",
       "A rate that drops in steps takes the gain away: at the end the longest average "
       "equals SGD within 1 point",
       kPaper},
      0, 0.01, Differences(Each(all, kStepRate, last_average), Each(all, kStepRate, LastOfSgd))));
  result.claims.push_back(Near(
      {"ema.6",
       "Sampling every step instead of every 16th, at equal windows, makes no difference: "
       "within 1 point",
       kPaper},
      0, 0.01, Differences(Each(all, kEveryStep, TestOfChosen), Each(all, kNoisy, TestOfChosen))));
  result.claims.push_back(AtMost(
      {"ema.7",
       "Copying the average back into training after each epoch hurts: the chosen average "
       "is worse",
       kPaper,
       "In the paper this is one network on right labels (CIFAR-100), where it costs 1.4 points of "
       "validation accuracy. With wrong labels copying back slows the learning of wrong labels "
       "down, "
       "which is a gain. Our product never copies back."},
      0, Differences(Each(all, kCopiedBack, TestOfChosen), Each(all, kNoisy, TestOfChosen))));
  const auto ece = [](const AveragedRun& run) {
    const Choice choice = BestAverage(run, false);
    return run.scores[choice.model][choice.epoch].test_ece - run.scores[0].back().test_ece;
  };
  result.claims.push_back(
      AtMost({"ema.8",
              "The average chosen by loss is better calibrated than SGD's last iterate (40 % wrong "
              "labels)",
              kPaper},
             0, Each(all, kNoisy, ece)));
}

// ---- the page ----

page::Svg Curve(const std::vector<SeedRuns>& all, size_t variant, const std::string& title) {
  page::Chart chart{.title = title,
                    .description = "Mean over seeds and runs, epoch by epoch.",
                    .x = {"epoch"},
                    .y = {"test accuracy"}};
  const size_t models = all.front().runs[variant][0].scores.size();
  for (size_t model = 0; model < models; ++model) {
    page::Series series;
    series.name = model == 0 ? "SGD"
                             : fmt::format("average over {:.3g} % of the run",
                                           100 * optim::kEmaWindows[model - 1]);
    const size_t epochs = all.front().runs[variant][0].scores[model].size();
    for (size_t epoch = 0; epoch < epochs; ++epoch) {
      const Estimate estimate = EstimateOf(Each(all, variant, [&](const AveragedRun& run) {
        return run.scores[model][epoch].test_accuracy;
      }));
      series.points.push_back({static_cast<double>(epoch + 1), estimate.mean.value_or(NAN)});
    }
    chart.series.push_back(std::move(series));
  }
  return page::LineChart(chart);
}

page::Table Numbers(const std::vector<SeedRuns>& all) {
  page::Table table;
  table.caption = "Test accuracy, mean over seeds with 95 % interval";
  table.columns = {{"training"},
                   {"SGD, last", true},
                   {"SGD, stopped early", true},
                   {"average by accuracy", true},
                   {"average by loss", true}};
  const auto text = [](const std::vector<double>& values) {
    const Estimate e = EstimateOf(values);
    return fmt::format("{:.3f} [{:.3f}, {:.3f}]", e.mean.value_or(NAN), e.low.value_or(NAN),
                       e.high.value_or(NAN));
  };
  for (size_t variant = 0; variant < kCount; ++variant) {
    const auto by = [](bool accuracy) {
      return [accuracy](const AveragedRun& run) { return TestAt(run, BestAverage(run, accuracy)); };
    };
    table.rows.push_back({kVariants[variant].name, text(Each(all, variant, LastOfSgd)),
                          text(Each(all, variant, EarlySgd)), text(Each(all, variant, by(true))),
                          text(Each(all, variant, by(false)))});
  }
  return table;
}

}  // namespace

StatusOr<ExperimentResult> RunEma(ExperimentSetting& setting) {
  const Plan plan = ReadPlan(setting.plan);
  RETURN_IF_ERROR(setting.plan.Finish());
  const std::vector<uint64_t>& seeds = setting.plan.seeds();
  std::vector<SeedRuns> all(seeds.size());
  std::vector<double> ratios(seeds.size()), slow(seeds.size());
  RETURN_IF_ERROR(ForEach(setting, "walks", static_cast<int>(seeds.size()), [&](int task) {
    const auto s = static_cast<size_t>(task);
    ratios[s] = WalkRatio(seeds[s], plan.decay, plan.rho, plan.walk_steps);
    slow[s] = WalkRatio(seeds[s], plan.decay, plan.slow_rho, plan.slow_steps);
    for (size_t v = 0; v < kCount; ++v) {
      all[s].task[v] = MakeTask(plan, kVariants[v].noisy, seeds[s]);
    }
    return OkStatus();
  }));
  const int tasks = static_cast<int>(seeds.size() * kCount * 2);
  RETURN_IF_ERROR(ForEach(setting, "trainings", tasks, [&](int task) {
    const auto t = static_cast<size_t>(task);
    const size_t s = t / (2 * kCount), variant = t / 2 % kCount;
    RunOne(plan, seeds[s], variant, t % 2, all[s]);
    return OkStatus();
  }));
  ExperimentResult result;
  AddWalkClaims(plan, ratios, slow, result);
  AddNoiseClaims(all, result);
  AddEarlyClaims(all, result);
  AddConsistencyClaims(DisagreementOf(all, kNoisy), DisagreementOf(all, kClean), result);
  AddFurtherClaims(all, result);
  result.sections.push_back({"Accuracy", {Numbers(all)}});
  result.sections.push_back(
      {"Epoch by epoch",
       {page::Figure{Curve(all, kNoisy, "40 % wrong labels"),
                     "Averages peak early; at the end, at rate 0, they are SGD."},
        page::Figure{Curve(all, kClean, "Right labels"), "Little to gain."}}});
  result.notes.push_back(
      "Synthetic: a seeded teacher network labels normal inputs. The paper's networks are residual "
      "ones on images; sizes here fit a CPU, windows are the paper's shares of the run.");
  return result;
}

}  // namespace consilium::experiments
