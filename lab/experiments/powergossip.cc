// Claims of Vogels, Karimireddy and Jaggi 2020 (docs/papers.md, PowerGossip).
#include <algorithm>
#include <cmath>
#include <limits>

#include "fmt/format.h"
#include "lab/experiments/experiment.h"
#include "lab/experiments/gossip_study.h"

namespace consilium::experiments {
namespace {

constexpr char kPaper[] = "PowerGossip (Vogels et al. 2020)";
constexpr char kSimulated[] = "a simulation on matrices that stand still";

struct Plan {
  GossipStudy study;
  GossipMatrices matrices[2];  // of full and of low rank
  double keep;
  int choco_steps, edge_trials;
  std::vector<double> choco_rates;
};
enum : size_t { kFull, kLow };

Plan ReadPlan(ExperimentPlan& read) {
  Plan plan;
  plan.study.sites = read.Integer("sites");
  plan.study.rows = read.Integer("rows");
  plan.study.cols = read.Integer("cols");
  plan.study.diffusion = read.Number("diffusion");
  plan.study.most_steps = read.Integer("most_steps");
  plan.matrices[kLow] = {read.Integer("true_rank"), read.Number("noise")};
  plan.keep = read.Number("keep");
  plan.choco_steps = read.Integer("choco_steps");
  plan.choco_rates = read.Numbers("choco_rates");
  plan.edge_trials = read.Integer("edge_trials");
  return plan;
}

enum : size_t { kExact, kWarm1, kCold1, kWarm2, kWarm4, kMethods };
constexpr const char* kNames[kMethods] = {"uncompressed", "rank 1, warm", "rank 1, cold",
                                          "rank 2, warm", "rank 4, warm"};

GossipStudy StudyOf(const Plan& plan, size_t method) {
  GossipStudy study = plan.study;
  constexpr int kRank[kMethods] = {0, 1, 1, 2, 4};
  study.compressor.kind = method == kExact ? &compress::kIdentity : &compress::kLowRank;
  study.compressor.rank = std::max(kRank[method], 1);
  study.warm_start = method != kCold1;
  return study;
}

GossipStudy ChocoOf(const Plan& plan, bool sign, double rate) {
  GossipStudy study = plan.study;
  study.compressor.kind = sign ? &compress::kSign : &compress::kTopK;
  study.compressor.keep = plan.keep;
  study.diffusion = rate;
  study.most_steps = plan.choco_steps;
  return study;
}

struct SeedResult {
  GossipCurve curves[2][kMethods];
  std::vector<GossipCurve> top_k, sign;  // of full rank, by rate
  double edge_most = 0, edge_exact = 0;
};

Status CheckEdges(const Plan& plan, uint64_t seed, SeedResult& result) {
  for (int trial = 0; trial < plan.edge_trials; ++trial) {
    const int rank = 1 + trial % 4, steps = 1 + trial % 3;
    const uint64_t own = seed * 1000003 + static_cast<uint64_t>(trial);
    ASSIGN_OR_RETURN(const double left, LeftOfEdge(20, 30, 0, rank, steps, own));
    result.edge_most = std::max(result.edge_most, left);
    ASSIGN_OR_RETURN(const double none, LeftOfEdge(20, 30, rank, rank, 2, own));
    result.edge_exact = std::max(result.edge_exact, none);
  }
  return OkStatus();
}

// ---- claims ----

using All = std::vector<SeedResult>;

template <typename Read>
std::vector<double> Each(const All& all, const Read& read) {
  std::vector<double> values;
  for (const SeedResult& seed : all) values.push_back(read(seed));
  return values;
}

// Numbers sent until `error` by one method over those by another.
std::vector<double> Ratio(const All& all, size_t data, size_t method, size_t other, double error) {
  return Each(all, [=](const SeedResult& s) {
    return s.curves[data][method].FloatsTo(error) / s.curves[data][other].FloatsTo(error);
  });
}

double FewestTo(const std::vector<GossipCurve>& curves, double error) {
  double fewest = std::numeric_limits<double>::infinity();
  for (const GossipCurve& curve : curves) fewest = std::min(fewest, curve.FloatsTo(error));
  return fewest;
}

double LeastLeft(const std::vector<GossipCurve>& curves) {
  double least = std::numeric_limits<double>::infinity();
  for (const GossipCurve& curve : curves) {
    for (const auto& [floats, left] : curve.points) least = std::min(least, left);
  }
  return least;
}

double MostDrift(const SeedResult& seed) {
  double most = 0;
  for (const auto& data : seed.curves) {
    for (const GossipCurve& curve : data) most = std::max(most, curve.drift);
  }
  return most;
}

// How much slower the last three of six digits were than the first three: 1 if linear.
double Linearity(const SeedResult& seed) {
  const GossipCurve& curve = seed.curves[kFull][kWarm1];
  const double third = curve.FloatsTo(1e-2), half = curve.FloatsTo(1e-4);
  return (curve.FloatsTo(1e-6) - half) / (half - third);
}

constexpr char kWhyLater[] =
    "What warm start finds first are the largest directions. Once they are gone what is left is "
    "like "
    "noise of full rank, of which every direction is worth about as much as any other; it saves "
    "most on the first digits. This threshold is from a simulation, which saved more.";

constexpr char kWhySigns[] =
    "With a full step of 1 signs converge on this ring: the matrices stand still, and what the "
    "signs miss shrinks with the disagreement. At smaller steps they stall, and "
    "a step is a parameter to tune, which PowerGossip has not.";

void AddConvergenceClaims(const All& all, ExperimentResult& result) {
  result.claims.push_back(AtMost({"powergossip.1", "The mean of all sites never moves", kPaper},
                                 1e-12, Each(all, MostDrift)));
  result.claims.push_back(AtLeast(
      {"powergossip.2a",
       "Warm start saves a fifth of the numbers on matrices of full rank: cold's over warm's, "
       "to 1e-2",
       kPaper},
      1.2, Ratio(all, kFull, kCold1, kWarm1, 1e-2)));
  result.claims.push_back(AtLeast(
      {"powergossip.2b", "and half of them or more on matrices of low rank with noise", kPaper},
      2.0, Ratio(all, kLow, kCold1, kWarm1, 1e-2)));
  result.claims.push_back(
      AtLeast({"powergossip.2c", "A fifth also to 1e-4, of full rank", kSimulated, kWhyLater}, 1.2,
              Ratio(all, kFull, kCold1, kWarm1, 1e-4)));
  result.claims.push_back(AtLeast(
      {"powergossip.2d", "and half also to 1e-4, of low rank with noise", kSimulated, kWhyLater},
      2.0, Ratio(all, kLow, kCold1, kWarm1, 1e-4)));
  result.claims.push_back(
      AtMost({"powergossip.3a", "It converges below 1e-6 without any tuned parameter: what is left",
              kPaper},
             1e-6, Each(all, [](const SeedResult& s) {
               return std::max(s.curves[kFull][kWarm1].points.back().second,
                               s.curves[kLow][kWarm1].points.back().second);
             })));
  result.claims.push_back(
      Near({"powergossip.3b",
            "and linearly: the numbers from 1e-4 to 1e-6 are those from 1e-2 to 1e-4, within 20 %",
            kPaper},
           1, 0.2, Each(all, Linearity)));
  result.claims.push_back(AtMost(
      {"powergossip.4a",
       "No approximation of a difference leaves more than the difference: largest share left "
       "on random edges",
       kPaper},
      1, Each(all, [](const SeedResult& s) { return s.edge_most; })));
  result.claims.push_back(
      AtMost({"powergossip.4b", "Nothing is left in the second step if its rank suffices", kPaper},
             1e-12, Each(all, [](const SeedResult& s) { return s.edge_exact; })));
}

// Against higher ranks, no compression, and Choco.
void AddClaimsOfOthers(const Plan& plan, const All& all, ExperimentResult& result) {
  result.claims.push_back(Near(
      {"powergossip.5", "Rank 4 needs as many numbers to 1e-6 as rank 1, within 10 %", kSimulated},
      1, 0.1, Ratio(all, kFull, kWarm4, kWarm1, 1e-6)));
  result.claims.push_back(Near(
      {"powergossip.6a",
       "Unfavourable: on matrices of full rank it saves nothing, numbers uncompressed over its "
       "own to 1e-6",
       kSimulated},
      1.1, 0.25, Ratio(all, kFull, kExact, kWarm1, 1e-6)));
  result.claims.push_back(AtLeast(
      {"powergossip.6b", "on matrices of low rank it needs a third of them to 1e-2", kSimulated}, 3,
      Ratio(all, kLow, kExact, kWarm1, 1e-2)));
  result.claims.push_back(AtLeast(
      {"powergossip.7a",
       "Unfavourable: Choco with signs, at its best rate, is cheaper to 1e-2: PowerGossip's "
       "numbers over its own",
       kSimulated},
      2, Each(all, [](const SeedResult& s) {
        return s.curves[kFull][kWarm1].FloatsTo(1e-2) / FewestTo(s.sign, 1e-2);
      })));
  result.claims.push_back(AtLeast(
      {"powergossip.7b",
       fmt::format("but at no rate does it reach 1e-4 in {} steps: what is left", plan.choco_steps),
       kSimulated},
      1e-4, Each(all, [](const SeedResult& s) { return LeastLeft(s.sign); })));
  result.claims.push_back(
      AtLeast({"powergossip.7c", "nor does Choco with the largest numbers", kSimulated}, 1e-4,
              Each(all, [](const SeedResult& s) { return LeastLeft(s.top_k); })));
}

// ---- the page ----

page::Series SeriesOf(const std::string& name, const GossipCurve& curve) {
  page::Series series{.name = name};
  const size_t stride = std::max<size_t>(1, curve.points.size() / 200);
  for (size_t k = 0; k < curve.points.size(); k += stride) {
    series.points.push_back({curve.points[k].first, curve.points[k].second});
  }
  return series;
}

page::Svg Curves(const Plan& plan, const SeedResult& seed, size_t data, const std::string& title) {
  page::Chart chart{.title = title,
                    .description = "Disagreement of the sites against what each has sent.",
                    .x = {.label = "numbers a site sent", .logarithmic = true},
                    .y = {.label = "relative disagreement", .logarithmic = true}};
  for (size_t method = 0; method < kMethods; ++method) {
    chart.series.push_back(SeriesOf(kNames[method], seed.curves[data][method]));
  }
  if (data == kFull) {
    const auto best = [](const std::vector<GossipCurve>& curves) {
      return std::min_element(curves.begin(), curves.end(), [](const auto& a, const auto& b) {
        return LeastLeft({a}) < LeastLeft({b});
      });
    };
    const auto name = [&](const char* kind, const std::vector<GossipCurve>& curves) {
      const auto rate = static_cast<size_t>(best(curves) - curves.begin());
      return fmt::format("Choco, {}, step {:.3g}", kind, plan.choco_rates[rate]);
    };
    chart.series.push_back(SeriesOf(name("signs", seed.sign), *best(seed.sign)));
    chart.series.push_back(SeriesOf(name("largest", seed.top_k), *best(seed.top_k)));
  }
  return page::LineChart(chart);
}

page::Table Numbers(const All& all) {
  page::Table table;
  table.caption = "Thousands of numbers a site sends until the relative disagreement is reached";
  table.columns = {{"matrices"}, {"method"}, {"1e-2", true}, {"1e-4", true}, {"1e-6", true}};
  for (const size_t data : {kFull, kLow}) {
    for (size_t method = 0; method < kMethods; ++method) {
      std::vector<page::Cell> row = {data == kFull ? "full rank" : "low rank and noise",
                                     kNames[method]};
      for (const double error : {1e-2, 1e-4, 1e-6}) {
        const Estimate estimate = EstimateOf(Each(all, [=](const SeedResult& s) {
          return s.curves[data][method].FloatsTo(error) / 1000;
        }));
        row.emplace_back(estimate.mean ? fmt::format("{:.0f}", *estimate.mean) : "-");
      }
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace

StatusOr<ExperimentResult> RunPowergossip(ExperimentSetting& setting) {
  const Plan plan = ReadPlan(setting.plan);
  RETURN_IF_ERROR(setting.plan.Finish());
  const std::vector<uint64_t>& seeds = setting.plan.seeds();
  const size_t rates = plan.choco_rates.size(), runs = 2 * kMethods + 2 * rates + 1;
  All all(seeds.size());
  for (SeedResult& seed : all) {
    seed.sign.resize(rates);
    seed.top_k.resize(rates);
  }
  const int tasks = static_cast<int>(seeds.size() * runs);
  RETURN_IF_ERROR(ForEach(setting, "runs", tasks, [&](int task) -> Status {
    const size_t s = static_cast<size_t>(task) / runs, run = static_cast<size_t>(task) % runs;
    if (run == runs - 1) return CheckEdges(plan, seeds[s], all[s]);
    const bool choco = run >= 2 * kMethods;
    const size_t k = choco ? run - 2 * kMethods : run;
    const size_t data = choco ? kFull : k / kMethods;
    const GossipStudy study =
        choco ? ChocoOf(plan, k < rates, plan.choco_rates[k % rates]) : StudyOf(plan, k % kMethods);
    ASSIGN_OR_RETURN(GossipCurve curve, RunGossip(study, plan.matrices[data], seeds[s]));
    GossipCurve& place = !choco      ? all[s].curves[data][k % kMethods]
                         : k < rates ? all[s].sign[k]
                                     : all[s].top_k[k - rates];
    place = std::move(curve);
    return OkStatus();
  }));
  ExperimentResult result;
  AddConvergenceClaims(all, result);
  AddClaimsOfOthers(plan, all, result);
  result.sections.push_back({"Numbers sent", {Numbers(all)}});
  result.sections.push_back(
      {"Disagreement",
       {page::Figure{Curves(plan, all[0], kFull, "Full rank"), "First seed."},
        page::Figure{Curves(plan, all[0], kLow, "Low rank and noise"), "First seed."}}});
  result.notes.push_back(
      "Matrices that stand still; the paper's trainings of networks are not repeated here. An "
      "index "
      "counts as one number, a sign as a 32nd.");
  return result;
}

}  // namespace consilium::experiments
