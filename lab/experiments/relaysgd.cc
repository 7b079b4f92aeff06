// RelaySum on trees: exact means, training that does not feel how the sites differ, lost messages,
// and the learning rate it wants (docs/papers.md, RelaySum).
#include <algorithm>
#include <cmath>
#include <map>

#include "base/random.h"
#include "fmt/format.h"
#include "lab/experiments/exchange_network.h"
#include "lab/experiments/experiment.h"
#include "lab/experiments/quadratics.h"
#include "lab/experiments/relay_checks.h"
#include "lab/experiments/relay_networks.h"
#include "modules/topology/distances.h"
#include "modules/topology/generators.h"

namespace consilium::experiments {
namespace {

constexpr char kPaper[] = "RelaySGD (Vogels et al. 2021), section 4 and appendix";
constexpr char kSimulated[] = "simulated: docs/papers.md, Random quadratics";

using Models = std::vector<std::vector<double>>;

struct Plan {
  int sites = 0;
  size_t size = 0;
  std::vector<double> heterogeneity;
  double target = 0, fixed_rate = 0, loss_rate = 0;
  int loss_steps = 0, most_steps = 0, rate_octaves = 1, fixed_steps = 0;
};

Plan ReadPlan(ExperimentPlan& read) {
  Plan plan;
  plan.sites = read.Integer("sites");
  plan.size = static_cast<size_t>(read.Integer("size"));
  plan.heterogeneity = read.Numbers("heterogeneity");
  plan.target = read.Number("target");
  plan.fixed_rate = read.Number("fixed_rate");
  plan.loss_rate = read.Number("loss_rate");
  plan.loss_steps = read.Integer("loss_steps");
  plan.most_steps = read.Integer("most_steps");
  plan.rate_octaves = read.Integer("rate_octaves");
  plan.fixed_steps = read.Integer("fixed_steps");
  return plan;
}

// A schedule on a topology. The paper's RelaySGD starts from what all sites know, the product from
// each site's own value.
struct Method {
  const char* name;
  schedule::ScheduleKind schedule;
  StatusOr<topology::Graph> (*topology)(int);
  schedule::RelayFallback fallback = schedule::RelayFallback::kInitialModel;
};

constexpr Method kMethods[] = {
    {"RelaySGD, chain", schedule::ScheduleKind::kRelaySum, topology::Chain},
    {"RelaySGD, binary tree", schedule::ScheduleKind::kRelaySum, topology::BinaryTree},
    {"RelaySGD, star", schedule::ScheduleKind::kRelaySum, topology::Star},
    {"Relay/Grad, chain", schedule::ScheduleKind::kRelaySumGrad, topology::Chain},
    {"gossip, ring", schedule::ScheduleKind::kGossip, topology::Ring},
    {"D-squared, ring", schedule::ScheduleKind::kDSquared, topology::Ring},
    {"gradient tracking, ring", schedule::ScheduleKind::kGradientTracking, topology::Ring},
    {"RelaySGD, chain, own start", schedule::ScheduleKind::kRelaySum, topology::Chain,
     schedule::RelayFallback::kOwnValue},
};
constexpr size_t kRelayChain = 0, kRelayTree = 1, kGrad = 3, kGossip = 4, kSquared = 5;
constexpr size_t kMethodCount = std::size(kMethods);

StatusOr<schedule::ExchangeOptions> OptionsOf(const Method& method, int sites, size_t size) {
  schedule::ExchangeOptions options;
  options.schedule = method.schedule;
  ASSIGN_OR_RETURN(options.graph, method.topology(sites));
  options.shape.blocks = {{0, size}};
  options.weights.assign(static_cast<size_t>(sites), {1.0});
  options.relay_fallback = method.fallback;
  return options;
}

void Step(const Quadratics& on, double rate, Models& models) {
  for (size_t site = 0; site < models.size(); ++site) {
    const std::vector<double> gradient = on.Gradient(static_cast<int>(site), models[site]);
    for (size_t i = 0; i < gradient.size(); ++i) models[site][i] -= rate * gradient[i];
  }
}

Models Zeros(const Quadratics& on) {
  return Models(static_cast<size_t>(on.sites()), std::vector<double>(on.size(), 0.0));
}

// Steps until the mean model is as near as that; `most` if it never is.
StatusOr<int> StepsTo(const Quadratics& on, const schedule::ExchangeOptions& options, double rate,
                      double target, int most) {
  ASSIGN_OR_RETURN(auto network, ExchangeNetwork<double>::Create(options));
  Models models = Zeros(on);
  for (int step = 1; step < most; ++step) {
    Step(on, rate, models);
    RETURN_IF_ERROR(network.Round(models));
    const double above = on.Above(models);
    if (above < target) return step;
    if (!(above < 1e6)) return most;  // diverges
  }
  return most;
}

// At the best learning rate of a grid.
StatusOr<int> BestSteps(const Plan& plan, const Method& method, double heterogeneity,
                        uint64_t seed) {
  const Quadratics on(plan.sites, plan.size, heterogeneity, seed);
  ASSIGN_OR_RETURN(const schedule::ExchangeOptions options,
                   OptionsOf(method, plan.sites, plan.size));
  int best = plan.most_steps;
  for (int k = -11 * plan.rate_octaves; k <= 3 * plan.rate_octaves; ++k) {
    const double rate = std::exp2(static_cast<double>(k) / plan.rate_octaves);
    ASSIGN_OR_RETURN(const int steps, StepsTo(on, options, rate, plan.target, best));
    best = std::min(best, steps);
  }
  return best;
}

// How far the mean model and the sites are from where they should be, after many steps at one rate.
struct Plateau {
  double above = 0, disagreement = 0;
};

StatusOr<Plateau> RunAtFixedRate(const Plan& plan, const Method& method, uint64_t seed) {
  const Quadratics on(plan.sites, plan.size, 1.0, seed);
  ASSIGN_OR_RETURN(const schedule::ExchangeOptions options,
                   OptionsOf(method, plan.sites, plan.size));
  ASSIGN_OR_RETURN(auto network, ExchangeNetwork<double>::Create(options));
  Models models = Zeros(on);
  for (int step = 0; step < plan.fixed_steps; ++step) {
    Step(on, plan.fixed_rate, models);
    RETURN_IF_ERROR(network.Round(models));
  }
  Plateau plateau{on.Above(models), 0};
  for (size_t i = 0; i < plan.size; ++i) {
    double mean = 0;
    for (const auto& model : models) mean += model[i] / plan.sites;
    for (const auto& model : models) {
      plateau.disagreement += std::pow(model[i] - mean, 2) / plan.sites;
    }
  }
  return plateau;
}

// The mean distance over the last tenth of the steps, on a binary tree that loses messages.
StatusOr<double> RunWithLoss(const Plan& plan, schedule::RelayFallback fallback, uint64_t seed) {
  const Quadratics on(plan.sites, plan.size, 1.0, seed);
  ASSIGN_OR_RETURN(schedule::ExchangeOptions options,
                   OptionsOf(kMethods[kRelayTree], plan.sites, plan.size));
  options.relay_fallback = fallback;
  options.lossy = true;
  ASSIGN_OR_RETURN(auto network, ExchangeNetwork<double>::Create(options));
  Random random = Random::Named(seed, "loss");
  Models models = Zeros(on);
  double sum = 0;
  const int last = plan.loss_steps / 10;
  for (int step = 0; step < plan.loss_steps; ++step) {
    Step(on, plan.fixed_rate, models);
    RETURN_IF_ERROR(network.Round(models, [&] { return random.Uniform() < plan.loss_rate; }));
    if (step >= plan.loss_steps - last) sum += on.Above(models) / last;
  }
  return sum;
}

struct SeedResult {
  double mean_error = 0;
  std::vector<std::vector<int>> steps;  // [method][heterogeneity]
  Plateau relay, gossip;
  std::map<schedule::RelayFallback, double> lost;
  double equal_rate = 0;  // steps at a learning rate of 0.25 over those at kappa times it
};

constexpr std::pair<schedule::RelayFallback, const char*> kFallbacks[] = {
    {schedule::RelayFallback::kOwnValue, "own"},
    {schedule::RelayFallback::kLastAverage, "last"},
    {schedule::RelayFallback::kCount, "count"},
    {schedule::RelayFallback::kInitialModel, "initial"}};

StatusOr<double> EqualRate(const Plan& plan, uint64_t seed) {
  const Quadratics on(plan.sites, plan.size, 1.0, seed);
  const Method& chain = kMethods[kRelayChain];
  ASSIGN_OR_RETURN(const schedule::ExchangeOptions options,
                   OptionsOf(chain, plan.sites, plan.size));
  const double kappa = topology::RelayLearningRateFactor(options.graph), rate = 0.25;
  ASSIGN_OR_RETURN(const int equal, StepsTo(on, options, rate, plan.target, plan.most_steps));
  ASSIGN_OR_RETURN(const int raised,
                   StepsTo(on, options, rate * kappa, plan.target, plan.most_steps));
  return static_cast<double>(equal) / raised;
}

Status RunRest(const Plan& plan, uint64_t seed, SeedResult& result) {
  Random random = Random::Named(seed, "tree");
  for (const StatusOr<topology::Graph>& graph :
       {topology::Chain(plan.sites), topology::Star(plan.sites), topology::BinaryTree(plan.sites),
        topology::RandomTree(plan.sites, random)}) {
    RETURN_IF_ERROR(graph.status());
    ASSIGN_OR_RETURN(const double error, MeanError(*graph, seed));
    result.mean_error = std::max(result.mean_error, error);
  }
  ASSIGN_OR_RETURN(result.relay, RunAtFixedRate(plan, kMethods[kRelayChain], seed));
  ASSIGN_OR_RETURN(result.gossip, RunAtFixedRate(plan, kMethods[kGossip], seed));
  for (const auto& [fallback, name] : kFallbacks) {
    ASSIGN_OR_RETURN(result.lost[fallback], RunWithLoss(plan, fallback, seed));
  }
  ASSIGN_OR_RETURN(result.equal_rate, EqualRate(plan, seed));
  return OkStatus();
}

using All = std::vector<SeedResult>;

template <typename Value>
std::vector<double> Each(const All& all, Value value) {
  std::vector<double> values;
  for (const SeedResult& seed : all) values.push_back(value(seed));
  return values;
}

// Most steps over fewest, over the heterogeneities.
double Spread(const std::vector<int>& steps) {
  const auto [least, most] = std::ranges::minmax_element(steps);
  return static_cast<double>(*most) / *least;
}

void AddTrainingClaims(const Plan& plan, const All& all, ExperimentResult& result) {
  const size_t last = plan.heterogeneity.size() - 1;
  const auto spread = [&](size_t method) {
    return Each(all, [=](const SeedResult& s) { return Spread(s.steps[method]); });
  };
  result.claims.push_back(AtMost({"relaysgd.2a",
                                  "RelaySGD on a chain needs as many steps however the sites "
                                  "differ: most over fewest",
                                  kPaper,
                                  "The first step below the target counts. Near the largest rate "
                                  "that is stable the error swings, and on some seeds dips below "
                                  "the target some steps early."},
                                 1.1, spread(kRelayChain)));
  result.claims.push_back(
      AtMost({"relaysgd.2b", "and on a binary tree", kPaper}, 1.1, spread(kRelayTree)));
  result.claims.push_back(AtLeast(
      {"relaysgd.2c",
       fmt::format("Gossip at heterogeneity {} needs many times its steps",
                   plan.heterogeneity[last - 1]),
       kPaper},
      50, Each(all, [&](const SeedResult& s) {
        return static_cast<double>(s.steps[kGossip][last - 1]) / s.steps[kRelayChain][last - 1];
      })));
  result.claims.push_back(AtLeast(
      {"relaysgd.2d", "Relaying updates instead of models does feel it: most over fewest", kPaper},
      5, spread(kGrad)));
  result.claims.push_back(
      AtMost({"relaysgd.2e", "Unfavourable: D-squared on a ring needs fewer steps, over RelaySGD's",
              kSimulated},
             1, Each(all, [&](const SeedResult& s) {
               return static_cast<double>(s.steps[kSquared][last]) / s.steps[kRelayChain][last];
             })));
}

void AddOtherClaims(const Plan& plan, const All& all, ExperimentResult& result) {
  const std::string rate = fmt::format("At learning rate {}", plan.fixed_rate);
  result.claims.push_back(AtMost({"relaysgd.3a", rate + " RelaySGD goes to the optimum", kPaper},
                                 1e-12,
                                 Each(all, [](const SeedResult& s) { return s.relay.above; })));
  result.claims.push_back(
      AtMost({"relaysgd.3b", "and its sites agree: mean squared distance", kPaper}, 1e-20,
             Each(all, [](const SeedResult& s) { return s.relay.disagreement; })));
  result.claims.push_back(AtLeast({"relaysgd.3c", "while gossip stays above it", kPaper}, 1e-4,
                                  Each(all, [](const SeedResult& s) { return s.gossip.above; })));
  for (const auto& [fallback, name] : kFallbacks) {
    const auto left = Each(all, [f = fallback](const SeedResult& s) { return s.lost.at(f); });
    const std::string text = fmt::format("With {:.0f} % of the messages lost and fallback '{}'",
                                         100 * plan.loss_rate, name);
    const ClaimText claim{fmt::format("relaysgd.4.{}", name), text, kSimulated};
    const bool initial = fallback == schedule::RelayFallback::kInitialModel;
    result.claims.push_back(initial ? AtLeast(claim, 0.3, left) : AtMost(claim, 5e-3, left));
  }
  result.claims.push_back(
      AtLeast({"relaysgd.6",
               "Unfavourable: at equal learning rates it looks slow: steps over "
               "those at kappa times the rate",
               kSimulated},
              2, Each(all, [](const SeedResult& s) { return s.equal_rate; })));
}

Status AddPulses(ExperimentResult& result) {
  page::Table table;
  table.caption = "What is left of a step of 1 that all sites make once";
  table.columns = {{"tree"}, {"sites", true}, {"left", true}, {"1/kappa", true}};
  double worst = 0;
  for (const size_t method : {size_t{0}, size_t{1}, size_t{2}}) {
    for (const int sites : {4, 16}) {
      ASSIGN_OR_RETURN(const topology::Graph tree, kMethods[method].topology(sites));
      ASSIGN_OR_RETURN(const double left, PulseLeft(tree));
      const double expected = 1 / topology::RelayLearningRateFactor(tree);
      worst = std::max(worst, std::abs(left / expected - 1));
      table.rows.push_back({kMethods[method].name, std::to_string(sites),
                            fmt::format("{:.5f}", left), fmt::format("{:.5f}", expected)});
    }
  }
  result.claims.push_back(AtMost({"relaysgd.5",
                                  "A step of all sites ends as 1/kappa of it, kappa = mean hop "
                                  "distance + 1/n: largest relative difference",
                                  kSimulated},
                                 1e-6, std::vector<double>{worst}));
  result.sections.push_back({"The learning rate", {std::move(table)}});
  return OkStatus();
}

page::Table Steps(const Plan& plan, const All& all) {
  page::Table table;
  table.caption = fmt::format(
      "Steps to {:.0e} at the best learning rate, mean over seeds; {} is "
      "the limit",
      plan.target, plan.most_steps);
  table.columns = {{"method"}};
  for (const double h : plan.heterogeneity) table.columns.push_back({ShortNumber(h), true});
  for (size_t method = 0; method < kMethodCount; ++method) {
    std::vector<page::Cell> row = {kMethods[method].name};
    for (size_t h = 0; h < plan.heterogeneity.size(); ++h) {
      const Estimate steps = EstimateOf(
          Each(all, [=](const SeedResult& s) { return static_cast<double>(s.steps[method][h]); }));
      row.emplace_back(fmt::format("{:.0f}", steps.mean.value_or(NAN)));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

page::Svg StepsChart(const Plan& plan, const All& all) {
  page::Chart chart{.title = "How the sites' difference slows training",
                    .description = "Steps to the target at the best learning rate.",
                    .x = {.label = "heterogeneity", .logarithmic = true},
                    .y = {.label = "steps", .logarithmic = true}};
  for (size_t method = 0; method < kMethodCount; ++method) {
    page::Series series{.name = kMethods[method].name};
    for (size_t h = 0; h < plan.heterogeneity.size(); ++h) {
      if (!(plan.heterogeneity[h] > 0)) continue;
      series.points.push_back(
          {plan.heterogeneity[h], static_cast<double>(all[0].steps[method][h])});
    }
    chart.series.push_back(std::move(series));
  }
  return page::LineChart(chart);
}

}  // namespace

StatusOr<ExperimentResult> RunRelaysgd(ExperimentSetting& setting) {
  const Plan plan = ReadPlan(setting.plan);
  const NetworkPlan networks = ReadNetworkPlan(setting.plan);
  RETURN_IF_ERROR(setting.plan.Finish());
  const std::vector<uint64_t>& seeds = setting.plan.seeds();
  const size_t levels = plan.heterogeneity.size(), runs = kMethodCount * levels + 1;
  All all(seeds.size());
  for (SeedResult& seed : all) seed.steps.assign(kMethodCount, std::vector<int>(levels));
  RETURN_IF_ERROR(
      ForEach(setting, "runs", static_cast<int>(seeds.size() * runs), [&](int task) -> Status {
        const size_t t = static_cast<size_t>(task), s = t / runs, run = t % runs;
        if (run + 1 == runs) return RunRest(plan, seeds[s], all[s]);
        ASSIGN_OR_RETURN(
            all[s].steps[run / levels][run % levels],
            BestSteps(plan, kMethods[run / levels], plan.heterogeneity[run % levels], seeds[s]));
        return OkStatus();
      }));
  ExperimentResult result;
  result.claims.push_back(AtMost({"relaysgd.1",
                                  "RelaySum holds the exact mean of constant inputs after as many "
                                  "rounds as the tree has hops: largest error",
                                  kPaper},
                                 1e-12,
                                 Each(all, [](const SeedResult& s) { return s.mean_error; })));
  AddTrainingClaims(plan, all, result);
  AddOtherClaims(plan, all, result);
  RETURN_IF_ERROR(AddPulses(result));
  RETURN_IF_ERROR(AddNetworkClaims(setting, networks, result));
  result.sections.push_back(
      {"Heterogeneity", {Steps(plan, all), page::Figure{StepsChart(plan, all), "First seed."}}});
  result.notes.push_back(
      "The network is a small one on synthetic classes, where the paper trains on images and text; "
      "experiment clinical trains on patients.");
  return result;
}

}  // namespace consilium::experiments
