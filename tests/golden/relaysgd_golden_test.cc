#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "modules/schedule/make_exchange.h"
#include "modules/topology/mixing.h"
#include "tests/golden/golden_files.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"

namespace consilium {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::MemoryExchange;

constexpr double kTolerance = 1e-9;

using Models = std::vector<std::vector<double>>;

StatusOr<topology::Graph> ReadGraph(const nlohmann::json& topology) {
  std::vector<topology::Edge> edges;
  const auto neighbors = topology["neighbors"].get<std::vector<std::vector<int>>>();
  for (int i = 0; i < static_cast<int>(neighbors.size()); ++i) {
    for (const int j : neighbors[static_cast<size_t>(i)]) {
      if (i < j) edges.emplace_back(i, j);
    }
  }
  return topology::Graph::Create(static_cast<int>(neighbors.size()), edges);
}

// x_i <- x_i - lr A_i' (A_i x_i - b_i), the reference's gradient.
void LocalStep(const nlohmann::json& file, Models& models) {
  const auto d = file["d"].get<size_t>();
  const auto a = file["A"].get<std::vector<double>>();
  const auto b = file["b"].get<std::vector<double>>();
  const double rate = file["lr"].get<double>();
  for (size_t site = 0; site < models.size(); ++site) {
    std::vector<double>& x = models[site];
    std::vector<double> rest(d);
    for (size_t i = 0; i < d; ++i) {
      rest[i] = -b[site * d + i];
      for (size_t j = 0; j < d; ++j) rest[i] += a[(site * d + i) * d + j] * x[j];
    }
    for (size_t j = 0; j < d; ++j) {
      double gradient = 0;
      for (size_t i = 0; i < d; ++i) gradient += a[(site * d + i) * d + j] * rest[i];
      x[j] -= rate * gradient;
    }
  }
}

// The file's names for the schedules.
StatusOr<schedule::ScheduleKind> ScheduleOf(const std::string& algorithm) {
  if (algorithm == "relaysum_model") return schedule::ScheduleKind::kRelaySum;
  if (algorithm == "relaysum_grad") return schedule::ScheduleKind::kRelaySumGrad;
  if (algorithm == "d2") return schedule::ScheduleKind::kDSquared;
  return schedule::ParseSchedule(algorithm);
}

StatusOr<schedule::ExchangeOptions> OptionsOf(const nlohmann::json& file,
                                              const nlohmann::json& run) {
  schedule::ExchangeOptions options;
  ASSIGN_OR_RETURN(options.graph,
                   ReadGraph(file["topologies"][run["topology"].get<std::string>()]));
  ASSIGN_OR_RETURN(options.schedule, ScheduleOf(run["algorithm"].get<std::string>()));
  options.relay_fallback = schedule::RelayFallback::kInitialModel;
  options.d_squared_floor = -1;  // the reference mixes with W as it is
  options.shape.blocks = {{0, file["d"].get<size_t>()}};
  options.weights.assign(static_cast<size_t>(options.graph.size()), {1.0});
  return options;
}

// The reference's measure of a state, mean_i ||A_i x - b_i||^2 at the mean x, less its least.
double Suboptimality(const nlohmann::json& file, const Models& models) {
  const auto n = file["n"].get<size_t>(), d = file["d"].get<size_t>();
  const auto a = file["A"].get<std::vector<double>>();
  const auto b = file["b"].get<std::vector<double>>();
  std::vector<double> mean(d, 0.0);
  for (const std::vector<double>& x : models) {
    for (size_t j = 0; j < d; ++j) mean[j] += x[j] / static_cast<double>(n);
  }
  double sum = 0;
  for (size_t row = 0; row < n * d; ++row) {
    double rest = -b[row];
    for (size_t j = 0; j < d; ++j) rest += a[row * d + j] * mean[j];
    sum += rest * rest;
  }
  return sum / static_cast<double>(n) - file["f_opt"].get<double>();
}

void ExpectSameTrajectory(const nlohmann::json& file, const nlohmann::json& run) {
  const StatusOr<schedule::ExchangeOptions> options = OptionsOf(file, run);
  ASSERT_THAT(options, IsOk());
  auto network = MemoryExchange<double>::Create(*options);
  ASSERT_THAT(network, IsOk());
  const auto n = file["n"].get<size_t>();
  const auto d = file["d"].get<size_t>();
  const auto trajectory = run["trajectory"].get<Models>();
  const auto errors = run.value("error", std::vector<double>());
  Models models(n, std::vector<double>(d, 0.0));
  for (size_t step = 1; step < trajectory.size(); ++step) {
    LocalStep(file, models);
    ASSERT_THAT(network->Round(models), IsOk());
    for (size_t k = 0; k < n * d; ++k) {
      const double expected = trajectory[step][k];
      ASSERT_NEAR(models[k / d][k % d], expected, kTolerance * std::max(1.0, std::abs(expected)))
          << "step " << step << ", site " << k / d << ", number " << k % d;
    }
    if (step >= errors.size()) continue;
    EXPECT_NEAR(Suboptimality(file, models), errors[step], kTolerance) << "step " << step;
  }
}

TEST(RelaysgdGoldenTest, TrajectoriesAreTheReferences) {
  const std::vector<GoldenFile> files = GoldenFilesOf("relaysgd");
  if (files.empty()) GTEST_SKIP() << "no file of this format in " << GoldenFolder();
  for (const GoldenFile& file : files) {
    for (const nlohmann::json& run : file.json["runs"]) {
      SCOPED_TRACE(file.name + ": " + run["algorithm"].get<std::string>() + " on " +
                   run["topology"].get<std::string>());
      ExpectSameTrajectory(file.json, run);
    }
  }
}

TEST(RelaysgdGoldenTest, MixingMatricesAreTheReferences) {
  for (const GoldenFile& file : GoldenFilesOf("relaysgd")) {
    for (const auto& [name, topology] : file.json["topologies"].items()) {
      SCOPED_TRACE(file.name + ": " + name);
      const StatusOr<topology::Graph> graph = ReadGraph(topology);
      ASSERT_THAT(graph, IsOk());
      EXPECT_THAT(topology::MetropolisMatrix(*graph),
                  ::testing::Pointwise(::testing::DoubleNear(kTolerance),
                                       topology["W"].get<std::vector<double>>()));
    }
  }
}

}  // namespace
}  // namespace consilium
