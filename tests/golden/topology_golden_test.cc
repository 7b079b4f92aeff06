#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "modules/topology/effective_neighbors.h"
#include "modules/topology/generators.h"
#include "modules/topology/quadratic_rate.h"
#include "tests/golden/golden_files.h"

namespace consilium {
namespace {

using nlohmann::json;

constexpr double kTolerance = 1e-9;
constexpr double kRate = 1e-7;  // as good as the file is
constexpr double kStop = 1e-5;  // where the reference's power iteration for `rate_precise` stops

// The matrix of the file where it has one (its torus is twisted), else what its name says.
StatusOr<topology::MixingScheme> SchemeOf(const std::string& name, const json& scheme, int n) {
  if (scheme.contains("W_nonzero")) {
    std::vector<std::vector<topology::Share>> rows(static_cast<size_t>(n));
    for (const json& entry : scheme["W_nonzero"]) {
      rows.at(entry[0].get<size_t>()).push_back({entry[1].get<int>(), entry[2].get<double>()});
    }
    ASSIGN_OR_RETURN(topology::SparseMixing phase, topology::SparseMixing::Create(std::move(rows)));
    return topology::MixingScheme::Create({std::move(phase)});
  }
  const int period = scheme.value("period", 1);
  if (name.find("xponential") != std::string::npos) return topology::Exponential(n);
  if (name.find("ocal") != std::string::npos) {
    ASSIGN_OR_RETURN(const topology::MixingScheme mean, topology::Averaging(n));
    return topology::LocalSteps(mean, period);
  }
  if (name.find("onnected") != std::string::npos) return topology::Averaging(n);
  if (name.find("olo") != std::string::npos) {
    ASSIGN_OR_RETURN(const topology::Graph alone, topology::Solo(n));
    return topology::MetropolisScheme(alone);
  }
  return NotFound("scheme '{}' has no matrix and no name that is known", name);
}

void CompareNeighbors(const topology::RandomWalk& walk, const json& expected) {
  for (const auto& [text, values] : expected.items()) {
    SCOPED_TRACE("decay " + text);
    const double decay = std::stod(text);
    const topology::EffectiveNeighbors once = *topology::EffectiveNeighborsOf(walk.scheme(), decay);
    const topology::EffectiveNeighbors neighbors = *topology::EffectiveNeighborsOf(walk, decay);
    const double mean = values["mean"].get<double>(), worst = values["worst"].get<double>();
    EXPECT_NEAR(neighbors.mean, mean, kTolerance);
    EXPECT_NEAR(once.mean, mean, kTolerance);
    EXPECT_NEAR(neighbors.worst, worst, kTolerance);
    EXPECT_NEAR(once.worst, worst, kTolerance);
    if (values.contains("all_first4")) {
      for (size_t i = 0; i < values["all_first4"].size(); ++i) {
        EXPECT_NEAR(neighbors.each[i], values["all_first4"][i].get<double>(), kTolerance);
      }
    }
    const std::vector<double> covariance = walk.Covariance(decay);
    if (values.contains("cov00")) {
      EXPECT_NEAR(covariance[0], values["cov00"].get<double>(), kTolerance);
    }
    if (values.contains("cov01")) {
      EXPECT_NEAR(covariance[1], values["cov01"].get<double>(), kTolerance);
    }
  }
}

void CompareRates(const topology::RandomWalk& walk, const json& expected, double zeta) {
  for (const auto& [text, value] : expected.items()) {
    SCOPED_TRACE("learning rate " + text);
    const std::optional<double> ours = topology::PredictedRate(walk, {std::stod(text), zeta});
    ASSERT_EQ(ours.has_value(), !value.is_null()) << ours.value_or(-1);
    if (ours) {
      EXPECT_NEAR(*ours, value.get<double>(), kRate);
    }
  }
}

// Power iteration on the inner products of the sites' models from all ones, until the rate moves by
// less than `stop`, as the reference does it.
double IteratedRate(const topology::MixingScheme& scheme, const topology::QuadraticStep& step,
                    double stop) {
  const auto n = static_cast<size_t>(scheme.size());
  const double kept = (1 - step.learning_rate) * (1 - step.learning_rate);
  const double noise = (step.zeta - 1) * step.learning_rate * step.learning_rate;
  std::vector<double> x(n * n, 1.0 / scheme.size()), next(n * n);
  double before = 2;
  for (int round = 0; round < 100000; ++round) {
    for (const topology::SparseMixing& phase : scheme.phases()) {
      for (size_t i = 0; i < n; ++i) x[i * n + i] *= 1 + noise / kept;
      for (int side = 0; side < 2; ++side) {  // W X, then W (W X)'
        std::fill(next.begin(), next.end(), 0.0);
        for (size_t i = 0; i < n; ++i) {
          for (const topology::Share& share : phase.Row(static_cast<int>(i))) {
            const double* const other = x.data() + static_cast<size_t>(share.from) * n;
            for (size_t k = 0; k < n; ++k) next[k * n + i] += share.weight * other[k];
          }
        }
        x.swap(next);
      }
      for (double& value : x) value *= kept;
    }
    const double norm = std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.0));
    for (double& value : x) value /= norm;
    const double rate = 1 - std::pow(norm, 1.0 / scheme.period());
    if (std::abs(rate - before) < stop) return rate;
    before = rate;
  }
  return before;
}

// The file's figures are where the reference stopped, up to 3e-4 away from the limit. Both are
// compared: its figure with the same iteration stopped there, and its limit with ours.
void ComparePreciseRates(const topology::RandomWalk& walk, const json& expected, double zeta) {
  for (const auto& [text, value] : expected.items()) {
    SCOPED_TRACE("learning rate " + text);
    const topology::QuadraticStep step = {std::stod(text), zeta};
    const std::optional<double> ours = topology::ExactRate(walk, step);
    ASSERT_EQ(ours.has_value(), !value.is_null()) << ours.value_or(-1);
    if (!ours) continue;
    EXPECT_NEAR(IteratedRate(walk.scheme(), step, kStop), value.get<double>(), kTolerance);
    EXPECT_NEAR(IteratedRate(walk.scheme(), step, 1e-13), *ours, 1e-8);
  }
}

void CompareScheme(const std::string& name, const json& scheme, int n, double zeta) {
  SCOPED_TRACE(name);
  const StatusOr<topology::MixingScheme> made = SchemeOf(name, scheme, n);
  ASSERT_TRUE(made.ok()) << made.status();
  const topology::RandomWalk walk(*made);
  CompareNeighbors(walk, scheme["effective_neighbors"]);
  if (scheme.contains("spectral_gap") && scheme["spectral_gap"].is_number()) {
    EXPECT_NEAR(walk.SpectralGap(), scheme["spectral_gap"].get<double>(), kTolerance);
  }
  for (const auto& [key, value] : scheme.items()) {
    SCOPED_TRACE(key);
    if (key.starts_with("quadratic_rate_precise")) {
      ComparePreciseRates(walk, value, zeta);
    } else if (key.starts_with("quadratic_rate")) {
      CompareRates(walk, value, zeta);
    }
  }
}

TEST(TopologyGoldenTest, NeighborsCovariancesAndRatesAreTheReferences) {
  const std::vector<GoldenFile> files = GoldenFilesOf("topology");
  if (files.empty()) GTEST_SKIP() << "no file of this format in " << GoldenFolder();
  for (const GoldenFile& file : files) {
    SCOPED_TRACE(file.name);
    const int n = file.json["n"].get<int>();
    const auto zeta = file.json["zeta"].get<double>();
    for (const auto& [name, scheme] : file.json["schemes"].items()) {
      CompareScheme(name, scheme, n, zeta);
    }
  }
}

// Those of our generators that the reference has too (its torus is twisted).
TEST(TopologyGoldenTest, GeneratorsGiveTheReferencesMatrices) {
  const std::pair<const char*, StatusOr<topology::Graph> (*)(int)> same[] = {
      {"Ring", topology::Ring},           {"Star", topology::Star},
      {"Chain", topology::Chain},         {"Binary tree", topology::BinaryTree},
      {"Hypercube", topology::Hypercube}, {"Two cliques", topology::TwoCliques}};
  for (const GoldenFile& file : GoldenFilesOf("topology")) {
    for (const auto& [name, make] : same) {
      const json& schemes = file.json["schemes"];
      if (!schemes.contains(name) || !schemes[name].contains("W_nonzero")) continue;
      SCOPED_TRACE(file.name + ", " + name);
      const int n = file.json["n"].get<int>();
      const StatusOr<topology::MixingScheme> expected = SchemeOf(name, schemes[name], n);
      ASSERT_TRUE(expected.ok()) << expected.status();
      const topology::MixingScheme ours = *topology::MetropolisScheme(*make(n));
      for (int site = 0; site < n; ++site) {
        const auto row = ours.Phase(0).Row(site), other = expected->Phase(0).Row(site);
        ASSERT_EQ(row.size(), other.size());
        for (size_t k = 0; k < row.size(); ++k) {
          EXPECT_EQ(row[k].from, other[k].from);
          EXPECT_NEAR(row[k].weight, other[k].weight, kTolerance);
        }
      }
    }
  }
}

}  // namespace
}  // namespace consilium
