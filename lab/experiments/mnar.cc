// Robustness of MultiModN (Swamy et al. 2023) to values missing not at random, with class-equalised
// masking and without it (docs/papers.md, Missing not at random).
#include <algorithm>
#include <cmath>

#include "fmt/format.h"
#include "lab/experiments/experiment.h"
#include "lab/experiments/missing_task.h"

namespace consilium::experiments {
namespace {

constexpr size_t kMethods = kMissingMethods.size();
constexpr char kPaper[] = "MultiModN (Swamy et al. 2023), missingness not at random";

// [share][method][seed]
using AllScores = std::vector<std::vector<std::vector<MissingScores>>>;

struct Plan {
  MissingTaskOptions task;
  std::vector<double> shares;
};

Plan ReadPlan(ExperimentPlan& plan) {
  Plan read;
  for (const double width : plan.Numbers("widths")) {
    read.task.widths.push_back(static_cast<int>(width));
  }
  read.task.strengths = plan.Numbers("strengths");
  read.task.biased = plan.Integer("biased");
  read.task.prevalence = plan.Number("prevalence");
  read.task.train = plan.Integer("train");
  read.task.test = plan.Integer("test");
  read.task.state = plan.Integer("state");
  read.task.hidden = plan.Integer("hidden");
  read.task.learning_rate = plan.Number("learning_rate");
  read.task.batch = plan.Integer("batch");
  read.task.passes = plan.Integer("passes");
  read.shares = plan.Numbers("shares");
  return read;
}

// One number for each seed, of a method at a share.
template <typename Read>
std::vector<double> Each(const AllScores& all, size_t share, MissingMethod method,
                         const Read& read) {
  std::vector<double> values;
  for (size_t m = 0; m < kMethods; ++m) {
    if (kMissingMethods[m].method != method) continue;
    for (const MissingScores& scores : all[share][m]) values.push_back(read(scores));
  }
  return values;
}

double FlipLoss(const MissingScores& s) { return s.none - s.flip; }
double None(const MissingScores& s) { return s.none; }
double Same(const MissingScores& s) { return s.same; }

void AddRobustness(const AllScores& all, ExperimentResult& result) {
  const size_t most = all.size() - 1;
  const auto loss = [&](MissingMethod method) { return Each(all, most, method, FlipLoss); };
  result.claims.push_back(
      AtLeast({"mnar.1", "Parallel fusion loses at least 0.30 AUROC from none to flip", kPaper},
              0.30, loss(MissingMethod::kFusion)));
  result.claims.push_back(AtLeast(
      {"mnar.2", "Telling parallel fusion what is missing does not save it (loses 0.30 too)",
       "simulated: docs/papers.md, Missing not at random"},
      0.30, loss(MissingMethod::kFusionIndicator)));
  result.claims.push_back(AtMost(
      {"mnar.3", "Sequential fusion that skips patient by patient loses at most 0.10", kPaper,
       "Skipping does not make a model robust: among patients who have the modality positives are "
       "rare, so it learns 'present, therefore healthy' as parallel fusion does. The authors' code "
       "skips whole batches, mnar.6."},
      0.10, loss(MissingMethod::kSequential)));
  result.claims.push_back(
      AtMost({"mnar.4", "With class-equalised masking sequential fusion loses at most 0.10",
              "simulated: docs/papers.md, Missing not at random"},
             0.10, loss(MissingMethod::kSequentialEqualised)));
  result.claims.push_back(
      AtMost({"mnar.5", "With class-equalised masking parallel fusion loses at most 0.10 as well",
              "simulated: docs/papers.md, Missing not at random"},
             0.10, loss(MissingMethod::kFusionEqualised)));
  result.claims.push_back(
      AtMost({"mnar.6", "Skipping whole batches scores alike under same and flip, within 0.05",
              "authors' code: the modality is dropped for everybody in such a batch",
              "Batches without a patient who lacks it still use the modality."},
             0.05, Each(all, most, MissingMethod::kBatchSkip, [](const MissingScores& s) {
               return std::abs(s.same - s.flip);
             })));
}

void AddPrice(const AllScores& all, const std::vector<double>& differences,
              ExperimentResult& result) {
  const size_t most = all.size() - 1;
  result.claims.push_back(AtMost(
      {"mnar.7", "Masking leaves the classes' missing rates equal at every modality", "mechanics"},
      1e-6, differences));
  result.claims.push_back(
      Near({"mnar.8", "Where nothing is missing the masking changes the AUROC by less than 0.01",
            "mechanics: nothing is hidden then"},
           0, 0.01,
           Differences(Each(all, 0, MissingMethod::kSequentialEqualised, None),
                       Each(all, 0, MissingMethod::kSequential, None))));
  result.claims.push_back(
      AtLeast({"mnar.9", "Sequential fusion is within 0.02 of parallel fusion on complete data",
               "MultiModN, no loss of performance"},
              -0.02,
              Differences(Each(all, 0, MissingMethod::kSequential, None),
                          Each(all, 0, MissingMethod::kFusion, None))));
  result.claims.push_back(AtMost(
      {"mnar.10", "Unfavourable: while the habit stays (same) the masking costs at most 0.05 AUROC",
       "simulated: docs/papers.md, Missing not at random",
       "What is given up is the shortcut: who was not measured is ill. It is worth much as long as "
       "it holds, and cannot be told from knowledge without patients of another habit."},
      0.05,
      Differences(Each(all, most, MissingMethod::kSequential, Same),
                  Each(all, most, MissingMethod::kSequentialEqualised, Same))));
}

page::Table Numbers(const AllScores& all, double share) {
  page::Table table;
  table.caption = fmt::format(
      "AUROC with {:.0f} % of the positives lacking the modality in training", 100 * share);
  table.columns = {{"method"}, {"none", true}, {"same", true}, {"flip", true}};
  const auto text = [](const std::vector<double>& values) {
    const Estimate e = EstimateOf(values);
    return fmt::format("{:.3f} [{:.3f}, {:.3f}]", e.mean.value_or(NAN), e.low.value_or(NAN),
                       e.high.value_or(NAN));
  };
  for (const NamedMethod& method : kMissingMethods) {
    const auto cell = [&](double MissingScores::*score) {
      return text(Each(all, all.size() - 1, method.method,
                       [score](const MissingScores& s) { return s.*score; }));
    };
    table.rows.push_back({std::string(method.name), cell(&MissingScores::none),
                          cell(&MissingScores::same), cell(&MissingScores::flip)});
  }
  return table;
}

page::Svg Plot(const Plan& plan, const AllScores& all) {
  page::Chart chart;
  chart.title = "AUROC when the habit turns";
  chart.description = "Flip: the modality is missing for negatives, in training for positives.";
  chart.x = {.label = "share of positives without the modality in training"};
  chart.y = {.label = "AUROC under flip", .from = 0, .to = 1};
  for (const NamedMethod& method : kMissingMethods) {
    page::Series series{std::string(method.name), {}, true};
    for (size_t s = 0; s < plan.shares.size(); ++s) {
      const Estimate e = EstimateOf(
          Each(all, s, method.method, [](const MissingScores& scores) { return scores.flip; }));
      series.points.push_back({plan.shares[s], e.mean.value_or(NAN), e.low, e.high});
    }
    chart.series.push_back(std::move(series));
  }
  chart.references = {{page::Reference::Direction::kHorizontal, 0.5, "chance"}};
  return page::LineChart(chart);
}

}  // namespace

StatusOr<ExperimentResult> RunMnar(ExperimentSetting& setting) {
  const Plan plan = ReadPlan(setting.plan);
  RETURN_IF_ERROR(setting.plan.Finish());
  const std::vector<uint64_t>& seeds = setting.plan.seeds();
  AllScores all(plan.shares.size(), std::vector<std::vector<MissingScores>>(
                                        kMethods, std::vector<MissingScores>(seeds.size())));
  const size_t tasks = plan.shares.size() * kMethods * seeds.size();
  RETURN_IF_ERROR(ForEach(setting, "trainings", static_cast<int>(tasks), [&](int task) -> Status {
    const auto t = static_cast<size_t>(task);
    const size_t seed = t % seeds.size(), method = t / seeds.size() % kMethods;
    const size_t share = t / seeds.size() / kMethods;
    ASSIGN_OR_RETURN(all[share][method][seed],
                     ScoresWhereMissing(plan.task, kMissingMethods[method].method,
                                        plan.shares[share], seeds[seed]));
    return OkStatus();
  }));
  std::vector<double> differences;
  for (const uint64_t seed : seeds) {
    differences.push_back(RateDifference(plan.task, plan.shares.back(), seed));
  }
  ExperimentResult result;
  AddRobustness(all, result);
  AddPrice(all, differences, result);
  result.sections.push_back({"Scores", {Numbers(all, plan.shares.back())}});
  result.sections.push_back(
      {"Share missing", {page::Figure{Plot(plan, all), "AUROC under flip, by share missing"}}});
  result.notes.push_back(
      "Synthetic: normal numbers in four modalities, the second the strongest. The missing ones "
      "are "
      "the first of their class in the file, as in the authors' code, which matters to batch skip "
      "only.");
  return result;
}

}  // namespace consilium::experiments
