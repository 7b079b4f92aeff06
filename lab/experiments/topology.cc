// Claims of Vogels, Hendrikx and Jaggi 2022 (docs/papers.md, Beyond spectral gap).
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "fmt/format.h"
#include "lab/experiments/experiment.h"
#include "lab/experiments/gossip_runs.h"
#include "modules/metrics/rank_correlation.h"
#include "modules/topology/decay_fit.h"
#include "modules/topology/effective_neighbors.h"
#include "modules/topology/network.h"
#include "modules/topology/quadratic_rate.h"

namespace consilium::experiments {
namespace {

constexpr char kPaper[] = "Beyond spectral gap (Vogels et al. 2022)";

struct Plan {
  int sites, walks, periods, from_step, to_step, repetitions;
  std::vector<double> decays, ring_sizes;
  QuadraticRun quadratic;
  SoftmaxTask softmax;
};

Plan ReadPlan(ExperimentPlan& read) {
  Plan plan;
  plan.sites = read.Integer("sites");
  plan.walks = read.Integer("walks");
  plan.periods = read.Integer("periods");
  plan.decays = read.Numbers("decays");
  plan.ring_sizes = read.Numbers("ring_sizes");
  plan.quadratic.dimension = read.Integer("dimension");
  plan.quadratic.batch = read.Integer("batch");
  plan.quadratic.from_step = read.Integer("from_step");
  plan.quadratic.to_step = read.Integer("to_step");
  plan.quadratic.repetitions = read.Integer("repetitions");
  plan.softmax.inputs = read.Integer("inputs");
  plan.softmax.classes = read.Integer("classes");
  plan.softmax.sharpness = read.Number("sharpness");
  plan.softmax.train = read.Integer("train");
  plan.softmax.batch = read.Integer("site_batch");
  plan.softmax.steps = read.Integer("steps");
  return plan;
}

// docs/papers.md, Beyond spectral gap: 32 sites, decays 0, 0.5, 0.9, 0.951, 0.99, 0.999.
struct TableRow {
  const char* name;
  std::array<double, 6> neighbors;
};
constexpr std::array kTableDecays = {0.0, 0.5, 0.9, 0.951, 0.99, 0.999};
constexpr TableRow kTable[] = {
    {"solo", {1, 1, 1, 1, 1, 1}},
    {"ring", {3.00, 3.72, 6.63, 8.86, 17.08, 28.90}},
    {"chain", {2.88, 3.53, 6.02, 7.79, 13.94, 26.33}},
    {"torus:4x8", {5.00, 7.12, 15.74, 20.64, 28.54, 31.61}},
    {"torus:2x16", {4.00, 5.32, 10.56, 14.30, 24.15, 30.92}},
    {"hypercube", {6.00, 8.90, 19.64, 24.29, 30.01, 31.79}},
    {"binary_tree", {2.23, 2.74, 5.15, 7.19, 15.39, 28.34}},
    {"star", {1.10, 1.16, 1.67, 2.31, 6.44, 22.06}},
    {"two_cliques", {16.05, 16.18, 16.99, 17.91, 22.38, 29.91}},
    {"fully_connected", {32, 32, 32, 32, 32, 32}},
};

// The nine of the comparison; star and two cliques are those that the gap misjudges.
constexpr std::array kCompared = {"solo",  "star",      "chain",       "binary_tree",    "ring",
                                  "torus", "hypercube", "two_cliques", "fully_connected"};

double LargestTableError() {
  double largest = 0;
  for (const TableRow& row : kTable) {
    const topology::RandomWalk walk(topology::MakeNetwork(row.name, 32)->scheme);
    for (size_t d = 0; d < kTableDecays.size(); ++d) {
      const double mean = topology::EffectiveNeighborsOf(walk, kTableDecays[d])->mean;
      largest = std::max(largest, std::abs(mean - row.neighbors[d]));
    }
  }
  return largest;
}

std::vector<topology::RandomWalk> WalksOf(std::span<const char* const> names, int sites) {
  std::vector<topology::RandomWalk> walks;
  for (const char* name : names) walks.emplace_back(topology::MakeNetwork(name, sites)->scheme);
  return walks;
}

// ---- claim 1: simulated walks ----

Status AddWalkClaims(ExperimentSetting& setting, const Plan& plan,
                     const std::vector<topology::RandomWalk>& walks, ExperimentResult& result) {
  const std::vector<uint64_t>& seeds = setting.plan.seeds();
  std::vector<double> largest(seeds.size() * walks.size(), 0.0);
  RETURN_IF_ERROR(ForEach(setting, "walks", static_cast<int>(largest.size()), [&](int task) {
    const size_t at = static_cast<size_t>(task), w = at % walks.size();
    Random random = Random::Named(seeds[at / walks.size()], "walk", w);
    for (const double decay : plan.decays) {
      const auto seen =
          topology::SimulatedVariances(walks[w].scheme(), decay, plan.walks, plan.periods, random);
      const double mean = std::accumulate(seen.begin(), seen.end(), 0.0) / walks[w].size();
      largest[at] = std::max(largest[at], std::abs(mean / walks[w].MeanVariance(decay) - 1));
    }
    return OkStatus();
  }));
  std::vector<double> worst;
  for (size_t s = 0; s < seeds.size(); ++s) {
    const auto first = largest.begin() + static_cast<std::ptrdiff_t>(s * walks.size());
    worst.push_back(*std::max_element(first, first + static_cast<std::ptrdiff_t>(walks.size())));
  }
  const std::vector<double> table = {LargestTableError()};
  result.claims.push_back(AtMost(
      {"topology.1a", "Effective neighbours of 32 sites are those of the table, to 0.01", kPaper},
      0.01, table));
  result.claims.push_back(AtMost(
      {"topology.1b", "Simulated random walks have the covariance that the algebra gives, to 5 %",
       kPaper, "Few walks that remember long vary: take more of them."},
      0.05, worst));
  return OkStatus();
}

// ---- claim 2: measured rates on random quadratics ----

constexpr std::array kMeasured = {"solo", "ring", "hypercube", "fully_connected"};
enum : size_t { kSolo, kRing, kHypercube, kFull };

struct Slopes {
  double learning_rate, predicted, measured;
};

struct Rates {
  std::vector<Slopes> at_best;             // of each kMeasured, at its predicted best
  std::vector<std::vector<Slopes>> sweep;  // over a grid of learning rates

  double BestMeasured(size_t walk) const {
    return std::max_element(sweep[walk].begin(), sweep[walk].end(),
                            [](const Slopes& a, const Slopes& b) {
                              return !(a.measured >= b.measured) && std::isfinite(b.measured);
                            })
        ->learning_rate;
  }
};

StatusOr<Rates> MeasureRates(ExperimentSetting& setting, const Plan& plan) {
  const double zeta = topology::ZetaOf(plan.quadratic.dimension, plan.quadratic.batch);
  const std::vector<topology::RandomWalk> walks = WalksOf(kMeasured, plan.sites);
  std::vector<double> grid;
  for (int half = -14; half <= 0; ++half) grid.push_back(std::pow(2.0, half / 2.0));
  Rates rates{std::vector<Slopes>(walks.size()), {walks.size(), std::vector<Slopes>(grid.size())}};
  const auto measure = [&](size_t w, double eta, int repetitions, uint64_t index) {
    QuadraticRun run = plan.quadratic;
    run.repetitions = repetitions;
    run.learning_rate = eta;
    const double predicted = topology::PredictedRate(walks[w], {eta, zeta}).value_or(NAN);
    return Slopes{eta, predicted,
                  MeasuredRate(walks[w].scheme(), run,
                               Random::Named(setting.plan.seeds()[0], "quadratic", index))};
  };
  const size_t each = grid.size() + 1;
  RETURN_IF_ERROR(ForEach(setting, "quadratics", static_cast<int>(walks.size() * each), [&](int t) {
    const size_t task = static_cast<size_t>(t), w = task / each, at = task % each;
    if (at < grid.size()) {
      rates.sweep[w][at] = measure(w, grid[at], std::max(1, plan.quadratic.repetitions / 10), task);
    } else {
      const double best = topology::BestLearningRate(walks[w], zeta)->learning_rate;
      rates.at_best[w] = measure(w, best, plan.quadratic.repetitions, task);
    }
    return OkStatus();
  }));
  return rates;
}

page::Section RatesPlotted(const Rates& rates) {
  page::Chart chart{.title = "Rate by learning rate",
                    .description = "Measured and predicted fall of the error a step",
                    .x = {.label = "learning rate", .logarithmic = true},
                    .y = {.label = "fall of the error a step", .from = 0.0}};
  for (size_t w = 0; w < rates.sweep.size(); ++w) {
    page::Series measured{.name = fmt::format("{}, measured", kMeasured[w]), .marks = true};
    page::Series predicted{.quiet = true};
    for (const Slopes& point : rates.sweep[w]) {
      if (point.measured >= 0) measured.points.push_back({point.learning_rate, point.measured});
      predicted.points.push_back({point.learning_rate, point.predicted});
    }
    chart.series.push_back(std::move(measured));
    chart.series.push_back(std::move(predicted));
  }
  return {"Random quadratics",
          {page::Figure{page::LineChart(chart), "Marks are measured, thin lines predicted"}}};
}

Status AddRateClaims(ExperimentSetting& setting, const Plan& plan, ExperimentResult& result) {
  ASSIGN_OR_RETURN(const Rates rates, MeasureRates(setting, plan));
  double off = 0;
  for (size_t w = kRing; w < rates.at_best.size(); ++w) {
    off = std::max(off, std::abs(rates.at_best[w].measured / rates.at_best[w].predicted - 1));
  }
  const std::vector<double> offs = {off};
  const std::vector<double> ratio = {rates.BestMeasured(kRing) / rates.BestMeasured(kSolo)};
  result.claims.push_back(
      AtMost({"topology.2a",
              "Error falls as fast as predicted on ring, hypercube and full graph at their best "
              "learning rates, to 10 %",
              kPaper},
             0.1, offs));
  result.claims.push_back(
      AtLeast({"topology.2b",
               "The measured best learning rate of a ring is 3 times that of a site alone", kPaper},
              3, ratio));
  result.sections.push_back(RatesPlotted(rates));
  return OkStatus();
}

// ---- claim 3: what ranks topologies ----

struct Ranking {
  double neighbors, gap, decay;
};

Ranking RankingOf(const std::vector<topology::RandomWalk>& walks,
                  const std::vector<double>& losses) {
  std::vector<topology::SchemeResult> results;
  for (size_t w = 0; w < walks.size(); ++w) results.push_back({&walks[w], losses[w]});
  const auto fit = topology::FitDecay(results);
  if (!fit.ok()) return {NAN, NAN, NAN};
  std::vector<double> neighbors, gaps;
  for (const topology::RandomWalk& walk : walks) {
    neighbors.push_back(topology::EffectiveNeighborsOf(walk, fit->decay)->mean);
    gaps.push_back(walk.SpectralGap());
  }
  const auto magnitude = [&](const std::vector<double>& by) {
    return std::abs(metrics::SpearmanCorrelation(by, losses).value_or(NAN));
  };
  return {magnitude(neighbors), magnitude(gaps), fit->decay};
}

// [seed][walk]: the loss at the best learning rate of the grid.
using Losses = std::vector<std::vector<double>>;

StatusOr<Losses> TunedLosses(ExperimentSetting& setting, const SoftmaxTask& task,
                             const std::vector<topology::RandomWalk>& walks) {
  const std::vector<uint64_t>& seeds = setting.plan.seeds();
  std::vector<double> grid;
  for (int half = -10; half <= 4; ++half) grid.push_back(std::pow(2.0, half / 2.0));
  Losses losses(seeds.size(), std::vector<double>(walks.size(), INFINITY));
  RETURN_IF_ERROR(ForEach(
      setting, "softmax regression", static_cast<int>(seeds.size() * walks.size()), [&](int t) {
        const size_t at = static_cast<size_t>(t), s = at / walks.size(), w = at % walks.size();
        for (const double rate : grid) {
          const double loss = SoftmaxLoss(task, walks[w].scheme(), rate, seeds[s]);
          if (std::isfinite(loss)) losses[s][w] = std::min(losses[s][w], loss);
        }
        return OkStatus();
      }));
  return losses;
}

page::Table LossTable(const std::vector<topology::RandomWalk>& walks, const Losses& losses,
                      double decay) {
  page::Table table;
  table.caption = fmt::format("Training loss at the best learning rate; decay {:.3f}", decay);
  table.columns = {{"topology"}, {"effective neighbours", true}, {"gap", true}, {"loss", true}};
  for (size_t w = 0; w < walks.size(); ++w) {
    double mean = 0;
    for (const auto& seed : losses) mean += seed[w] / static_cast<double>(losses.size());
    table.rows.push_back(
        {kCompared[w], fmt::format("{:.2f}", topology::EffectiveNeighborsOf(walks[w], decay)->mean),
         fmt::format("{:.4f}", walks[w].SpectralGap()), fmt::format("{:.4f}", mean)});
  }
  return table;
}

double MeanOf(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Status AddRankingClaims(ExperimentSetting& setting, const Plan& plan,
                        const std::vector<topology::RandomWalk>& walks, ExperimentResult& result) {
  std::vector<double> neighbors, margins, skewed_neighbors, skewed_gaps, decays;
  ASSIGN_OR_RETURN(const Losses alike, TunedLosses(setting, plan.softmax, walks));
  SoftmaxTask skewed = plan.softmax;
  skewed.sorted = true;
  ASSIGN_OR_RETURN(const Losses apart, TunedLosses(setting, skewed, walks));
  for (size_t s = 0; s < alike.size(); ++s) {
    const Ranking ranking = RankingOf(walks, alike[s]);
    neighbors.push_back(ranking.neighbors);
    margins.push_back(ranking.neighbors - ranking.gap);
    decays.push_back(ranking.decay);
    const Ranking other = RankingOf(walks, apart[s]);
    skewed_neighbors.push_back(other.neighbors);
    skewed_gaps.push_back(other.gap);
  }
  result.claims.push_back(
      AtLeast({"topology.3a",
               "Effective neighbours at one fitted decay rank 9 topologies: Spearman 0.9", kPaper},
              0.9, neighbors));
  result.claims.push_back(AtLeast(
      {"topology.3b", "They rank them better than the spectral gap does, by 0.25 of Spearman",
       kPaper,
       "The gap misjudges the star and the two cliques only; seven of nine it ranks well, so the "
       "margin depends on how far off those two are."},
      0.25, margins));
  result.claims.push_back(AtLeast(
      {"topology.3c",
       "Where every site has classes of its own, effective neighbours still rank better than the "
       "gap (margin above 0)",
       "an open question put here; the theory is for sites that are alike",
       "Sites that differ are pulled apart, and what brings them together is fast agreement: the "
       "gap. Effective neighbours speak of noise."},
      0, Differences(skewed_neighbors, skewed_gaps)));
  const double decay = MeanOf(decays);
  result.sections.push_back({"Softmax regression, sites alike", {LossTable(walks, alike, decay)}});
  result.sections.push_back(
      {"Softmax regression, each site with classes of its own", {LossTable(walks, apart, decay)}});
  return OkStatus();
}

// ---- claim 4 and what the predictor cannot ----

void AddRingClaims(const Plan& plan, ExperimentResult& result) {
  page::Table table;
  table.caption = "Best predicted rate of a ring";
  table.columns = {{"sites"}, {"zeta 50", true}, {"learning rate", true}, {"zeta 500", true}};
  double lowest = INFINITY, highest = 0;
  for (const double sites : plan.ring_sizes) {
    const int n = static_cast<int>(sites);
    const topology::RandomWalk ring(topology::MakeNetwork("ring", n)->scheme);
    const topology::BestRate noisy = *topology::BestLearningRate(ring, 50);
    if (n >= 16) lowest = std::min(lowest, noisy.rate), highest = std::max(highest, noisy.rate);
    table.rows.push_back({fmt::format("{}", n), fmt::format("{:.4f}", noisy.rate),
                          fmt::format("{:.4f}", noisy.learning_rate),
                          fmt::format("{:.4f}", topology::BestLearningRate(ring, 500)->rate)});
  }
  const std::vector<double> spread = {1 - lowest / highest};
  result.claims.push_back(
      AtMost({"topology.4",
              "A ring of 16 sites or more is as good as an endless one at zeta 50, to 2 %", kPaper},
             0.02, spread));
  result.sections.push_back({"Longer rings", {std::move(table)}});
}

void AddPredictorClaims(const std::vector<topology::RandomWalk>& walks, ExperimentResult& result) {
  double off = 0;
  std::vector<double> rates;
  page::Table table;
  table.caption = "At the best predicted learning rate, zeta 50";
  table.columns = {{"topology"},
                   {"learning rate", true},
                   {"predicted", true},
                   {"exact", true},
                   {"exact, twice the rate", true}};
  const auto text = [](std::optional<double> rate) {
    return rate ? fmt::format("{:.4f}", *rate) : "diverges";
  };
  for (size_t w = 0; w < walks.size(); ++w) {
    const topology::BestRate best = *topology::BestLearningRate(walks[w], 50);
    const auto exact = topology::ExactRate(walks[w], {best.learning_rate, 50});
    rates.push_back(best.rate);
    off = std::max(off, std::abs(exact.value_or(NAN) / best.rate - 1));
    table.rows.push_back({kCompared[w], fmt::format("{:.4f}", best.learning_rate),
                          fmt::format("{:.4f}", best.rate), text(exact),
                          text(topology::ExactRate(walks[w], {2 * best.learning_rate, 50}))});
  }
  const std::vector<double> offs = {off}, cliques = {rates[7] / rates[4]},
                            star = {rates[1] / rates[4]};
  result.claims.push_back(AtLeast(
      {"topology.5a", "Two cliques have half the gap of a ring and nearly twice its rate", kPaper},
      1.8, cliques));
  result.claims.push_back(
      AtMost({"topology.5b", "A star has 2.5 times the gap of a ring and half its rate", kPaper},
             0.55, star));
  result.claims.push_back(AtMost(
      {"topology.6", "The prediction is within 2 % of the exact rate on irregular graphs too",
       "asked here; not promised: docs/papers.md, Beyond spectral gap",
       "The prediction takes the worst site for all of them. On chains and trees the others "
       "help: the exact rate is higher, so the prediction errs on the safe side."},
      0.02, offs));
  result.sections.push_back({"Prediction and exact rate", {std::move(table)}});
}

}  // namespace

StatusOr<ExperimentResult> RunTopology(ExperimentSetting& setting) {
  const Plan plan = ReadPlan(setting.plan);
  RETURN_IF_ERROR(setting.plan.Finish());
  const std::vector<topology::RandomWalk> walks = WalksOf(kCompared, plan.sites);
  ExperimentResult result;
  RETURN_IF_ERROR(AddWalkClaims(setting, plan, walks, result));
  RETURN_IF_ERROR(AddRateClaims(setting, plan, result));
  RETURN_IF_ERROR(AddRankingClaims(setting, plan, walks, result));
  AddRingClaims(plan, result);
  AddPredictorClaims(walks, result);
  result.notes.push_back(
      "Synthetic: random quadratics as in the paper, and a softmax regression in place of its "
      "networks on images. Losses are means over the sites' own models.");
  return result;
}

}  // namespace consilium::experiments
