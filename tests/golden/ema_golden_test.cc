#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "modules/optim/ema.h"
#include "modules/optim/mean.h"
#include "tests/golden/golden_files.h"

namespace consilium {
namespace {

using nlohmann::json;

constexpr double kTolerance = 1e-9;

using Vector = std::vector<double>;

// An input is one number or a vector of them.
Vector Numbers(const json& value) {
  return value.is_array() ? value.get<Vector>() : Vector{value.get<double>()};
}

auto IsNear(const Vector& expected) {
  return ::testing::Pointwise(::testing::DoubleNear(kTolerance), expected);
}

// The product's EMA from a first value of zero is the reference's sum before its correction.
void CompareEma(const json& run) {
  const auto alpha = run["alpha"].get<double>();
  optim::BiasCorrectedEma corrected(alpha);
  const Vector zeros(Numbers(run["inputs"][0]).size(), 0);
  optim::ParallelEma<double> plain({{alpha}, 1, /*warm_up=*/false}, zeros);
  for (size_t step = 0; step < run["inputs"].size(); ++step) {
    SCOPED_TRACE("alpha " + run["alpha"].dump() + ", step " + std::to_string(step));
    const Vector input = Numbers(run["inputs"][step]);
    corrected.Add(input);
    plain.Step(input);
    EXPECT_THAT(corrected.Value(), IsNear(Numbers(run["value"][step])));
    if (run.contains("raw_average")) {
      const Vector expected = Numbers(run["raw_average"][step]);
      EXPECT_THAT(corrected.raw(), IsNear(expected));
      EXPECT_THAT(plain.average(0), IsNear(expected));
    }
    if (run.contains("cum_weight")) {
      EXPECT_NEAR(corrected.weight(), run["cum_weight"][step].get<double>(), kTolerance);
    }
  }
}

void CompareMean(const json& run) {
  const size_t numbers = Numbers(run["inputs"][0]).size();
  std::vector<optim::WeightedMean> means(numbers,
                                         optim::WeightedMean(run.value("update_weight", 1.0)));
  for (size_t step = 0; step < run["inputs"].size(); ++step) {
    SCOPED_TRACE(run.value("kind", "mean") + ", step " + std::to_string(step));
    const Vector input = Numbers(run["inputs"][step]);
    const double weight = run.contains("weights") ? run["weights"][step].get<double>() : 1;
    Vector values;
    for (size_t i = 0; i < numbers; ++i) {
      means[i].Add(input[i], weight);
      values.push_back(means[i].value());
    }
    EXPECT_THAT(values, IsNear(Numbers(run["value"][step])));
  }
}

TEST(EmaGoldenTest, AveragesAreTheReferences) {
  const std::vector<GoldenFile> files = GoldenFilesOf("ema");
  if (files.empty()) GTEST_SKIP() << "no file of this format in " << GoldenFolder();
  for (const GoldenFile& file : files) {
    SCOPED_TRACE(file.name);
    for (const json& run : file.json["ema"]) CompareEma(run);
    if (!file.json.contains("mean")) continue;
    for (const json& run : file.json["mean"]) CompareMean(run);
  }
}

}  // namespace
}  // namespace consilium
