#include <cmath>
#include <ostream>
#include <string>
#include <tuple>

#include "gmock/gmock.h"
#include "modules/schedule/make_exchange.h"
#include "modules/schedule/push_sum.h"
#include "modules/topology/generators.h"
#include "modules/topology/spanning_tree.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"
#include "tests/support/random_values.h"

// Every schedule on random quadratics of sites that differ in data, weights and modules: to the
// optimum itself where theory says so, else into a ball that shrinks with the learning rate.
namespace consilium {
namespace {

using testing::IsOk;
using testing::MemoryExchange;
using testing::RandomValues;

constexpr int kSites = 6;
constexpr size_t kSize = 5;
constexpr Block kBlocks[] = {{0, 3}, {3, 2}};

using Values = std::vector<std::vector<double>>;

// Site i minimises half of |A_i x - b_i|^2 over what it holds of x; the federation the weighted
// sum. The last site lacks the second module.
struct Problem {
  Values a, b;  // a[site]: rows of kSize
  std::vector<std::vector<double>> weights;
};

Problem MakeProblem(uint64_t seed) {
  Random random = Random::Named(seed, "problem");
  Problem problem;
  for (int site = 0; site < kSites; ++site) {
    problem.a.push_back(RandomValues<double>(kSize * kSize, random, 0.1));
    for (size_t i = 0; i < kSize; ++i) problem.a.back()[i * (kSize + 1)] += 0.8;
    problem.b.push_back(RandomValues<double>(kSize, random));
    const double weight = 1 + static_cast<double>(random.Below(3));
    problem.weights.push_back({weight, site + 1 < kSites ? weight : 0});
  }
  return problem;
}

std::vector<double> Gradient(const Problem& problem, size_t site, const std::vector<double>& x) {
  const size_t held = problem.weights[site][1] > 0 ? kSize : kBlocks[0].size;
  std::vector<double> gradient(kSize, 0.0);
  for (size_t i = 0; i < kSize; ++i) {
    const double* row = problem.a[site].data() + i * kSize;
    double rest = -problem.b[site][i];
    for (size_t j = 0; j < held; ++j) rest += row[j] * x[j];
    for (size_t j = 0; j < held; ++j) gradient[j] += row[j] * rest;
  }
  return gradient;
}

std::vector<double> Optimum(const Problem& problem) {
  double total = 0;
  for (const auto& weights : problem.weights) total += weights[0];
  std::vector<double> x(kSize, 0.0);
  for (int step = 0; step < 4000; ++step) {
    std::vector<double> sum(kSize, 0.0);
    for (size_t site = 0; site < kSites; ++site) {
      const std::vector<double> gradient = Gradient(problem, site, x);
      for (size_t j = 0; j < kSize; ++j) sum[j] += problem.weights[site][0] * gradient[j];
    }
    for (size_t j = 0; j < kSize; ++j) x[j] -= 0.5 / total * sum[j];
  }
  return x;
}

// The largest distance of a holder's module from the optimum after the rounds.
StatusOr<double> Error(const Problem& problem, const schedule::ExchangeOptions& options,
                       double rate, int rounds) {
  ASSIGN_OR_RETURN(auto network, MemoryExchange<double>::Create(options));
  Values models(kSites, std::vector<double>(kSize, 0.0));
  for (int round = 0; round < rounds; ++round) {
    for (size_t site = 0; site < kSites; ++site) {
      const std::vector<double> gradient = Gradient(problem, site, models[site]);
      const auto correction = CorrectionOf(network.site(static_cast<int>(site)));
      for (size_t j = 0; j < kSize; ++j) {
        models[site][j] -= rate * gradient[j];
        if (!correction.empty()) models[site][j] += correction[j];
      }
    }
    RETURN_IF_ERROR(network.Round(models));
  }
  const std::vector<double> optimum = Optimum(problem);
  double largest = 0;
  for (size_t site = 0; site < kSites; ++site) {
    for (size_t j = 0; j < kSize; ++j) {
      if (j >= kBlocks[1].offset && !(problem.weights[site][1] > 0)) continue;
      largest = std::max(largest, std::abs(models[site][j] - optimum[j]));
    }
  }
  return largest;
}

struct NamedGraph {
  const char* name;
  StatusOr<topology::Graph> (*make)(int);
};
void PrintTo(const NamedGraph& graph, std::ostream* out) { *out << graph.name; }

using Case = std::tuple<schedule::NamedSchedule, NamedGraph>;

class ConvergenceTest : public ::testing::TestWithParam<Case> {
 protected:
  schedule::ExchangeOptions Options(const Problem& problem) const {
    const schedule::NamedSchedule& schedule = std::get<0>(GetParam());
    schedule::ExchangeOptions options;
    options.schedule = schedule.kind;
    options.graph = *std::get<1>(GetParam()).make(kSites);
    if (schedule.needs_tree) options.graph = *topology::SpanningTree(options.graph);
    if (schedule.kind == schedule::ScheduleKind::kPushSum)
      options.graph = *schedule::PushSumLinks(kSites);
    options.shape.blocks = {std::begin(kBlocks), std::end(kBlocks)};
    options.weights = problem.weights;
    options.momentum = 0.5;
    return options;
  }
};

// The sum of the updates vanishes where the sites agree, and nowhere else do they stand still.
bool IsExact(schedule::ScheduleKind kind) {
  return kind == schedule::ScheduleKind::kRelaySum || kind == schedule::ScheduleKind::kRelayMix ||
         kind == schedule::ScheduleKind::kDSquared ||
         kind == schedule::ScheduleKind::kGradientTracking ||
         kind == schedule::ScheduleKind::kAllReduce || kind == schedule::ScheduleKind::kScaffold;
}

TEST_P(ConvergenceTest, ReachesTheOptimumOrABallThatShrinksWithTheLearningRate) {
  constexpr double kRate = 0.1;
  constexpr int kRounds = 1500;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Problem problem = MakeProblem(seed);
    const StatusOr<double> error = Error(problem, Options(problem), kRate, kRounds);
    ASSERT_THAT(error, IsOk());
    if (IsExact(std::get<0>(GetParam()).kind)) {
      EXPECT_LT(*error, 1e-8);
      continue;
    }
    const StatusOr<double> smaller = Error(problem, Options(problem), kRate / 4, 4 * kRounds);
    ASSERT_THAT(smaller, IsOk());
    EXPECT_LT(*error, 1);
    EXPECT_LT(*smaller, 0.45 * *error);
    EXPECT_GT(*smaller, 1e-6);
  }
}

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const schedule::NamedSchedule& schedule : schedule::AllSchedules()) {
    for (const NamedGraph graph :
         {NamedGraph{"chain", topology::Chain}, NamedGraph{"star", topology::Star},
          NamedGraph{"ring", topology::Ring}, NamedGraph{"tree", topology::BinaryTree}}) {
      cases.emplace_back(schedule, graph);
    }
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(All, ConvergenceTest, ::testing::ValuesIn(Cases()), [](const auto& named) {
  return std::string(std::get<0>(named.param).name) + "_on_" + std::get<1>(named.param).name;
});

}  // namespace
}  // namespace consilium
