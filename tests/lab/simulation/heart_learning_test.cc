// Does federated learning pay on real hospitals? UCI heart disease, five seeds of five stratified
// folds at each of four hospitals, RelaySum on a star with compressed messages.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>

#include "gtest/gtest.h"
#include "lab/simulation/simulate.h"
#include "server/data/cohort_file.h"
#include "server/data/mapping.h"

namespace consilium::simulation {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHospitals[] = {"cleveland", "hungarian", "switzerland", "va"};

fs::path DataFolder() {
  const char* set = std::getenv("CONSILIUM_HEART_DATA");
  return set != nullptr ? fs::path(set) : fs::path(CONSILIUM_SOURCE_DIR) / "../shared/data/heart";
}

struct Exchanged {
  std::string name;
  std::string compression;
  int rounds;
};

std::string PlanText(const Exchanged& exchanged, int seed) {
  return fmt::format(
      "[run]\nsites = ['cleveland', 'hungarian', 'switzerland', 'va']\nseed = {}\nrounds = {}\n"
      "[schedule]\nkind = 'relay_sum'\ntopology = 'star'\n[compression]\n{}"
      "[evaluation]\nfolds = 5\nbaselines = ['local', 'pooled']\n",
      seed, exchanged.rounds, exchanged.compression);
}

class HeartLearningTest : public ::testing::TestWithParam<Exchanged> {};

TEST_P(HeartLearningTest, TheFederatedModelBeatsLocalOnesAndMatchesPooledDataAtAFifthOfTheBytes) {
  if (!fs::exists(DataFolder() / "cleveland.csv")) {
    GTEST_SKIP() << "no heart data in " << DataFolder() << ": set CONSILIUM_HEART_DATA";
  }
  const fs::path examples = fs::path(CONSILIUM_SOURCE_DIR) / "examples/heart";
  const auto schema = data::LoadSchema(examples / "schema.toml");
  ASSERT_TRUE(schema.ok()) << schema.status();
  std::vector<SimulatedSite> sites;
  for (const std::string hospital : kHospitals) {
    const auto mapping = data::LoadMapping(examples / "sites" / (hospital + ".toml"), *schema);
    ASSERT_TRUE(mapping.ok()) << mapping.status();
    auto loaded = data::LoadCohort(*schema, *mapping, DataFolder() / (hospital + ".csv"));
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    sites.push_back({hospital, std::move(loaded->cohort), data::EmptyCohort(*schema)});
  }
  constexpr int kSeeds = 5;
  std::map<std::string, double> auroc, macro_f1;
  double sent = 0, uncompressed = 0;
  for (int seed = 1; seed <= kSeeds; ++seed) {
    const auto result = Simulate(*schema, PlanText(GetParam(), seed), sites, 2);
    ASSERT_TRUE(result.ok()) << result.status();
    for (const training::ModelReport& model : result->mean.front().models) {
      auroc[model.model] += model.scores.auroc.value() / kSeeds;
      macro_f1[model.model] += model.scores.macro_f1.value() / kSeeds;
    }
    sent += static_cast<double>(result->bytes_sent);
    uncompressed += static_cast<double>(result->bytes_uncompressed);
  }
  for (const auto& [model, score] : auroc) {
    std::cout << fmt::format("{:<10} AUROC {:.4f}  macro-F1 {:.4f}\n", model, score,
                             macro_f1[model]);
  }
  std::cout << fmt::format("{:.1f} times fewer bytes\n", uncompressed / sent);
  EXPECT_GE(auroc["federated"], auroc["local"] + 0.02);
  EXPECT_GE(auroc["federated"], auroc["pooled"] - 0.01);
  EXPECT_GE(uncompressed, 5 * sent);
}

INSTANTIATE_TEST_SUITE_P(
    Compressors, HeartLearningTest,
    ::testing::Values(Exchanged{"Quantized", "kind = 'quantized'\nbits = 3\n", 50},
                      Exchanged{"LowRank", "kind = 'low_rank'\nrank = 2\n", 80}),
    [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace consilium::simulation
