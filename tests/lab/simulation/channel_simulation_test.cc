// Whole federations whose updates are averaged over a noisy channel.
#include <algorithm>
#include <cmath>
#include <string>

#include "base/random.h"
#include "gmock/gmock.h"
#include "lab/air/air_scheme.h"
#include "lab/simulation/simulate.h"
#include "tests/support/matchers.h"

namespace consilium::simulation {
namespace {

using testing::IsOk;

constexpr char kSchema[] = R"(
schema = "test"
version = 1
[[features]]
key = "x"
kind = "continuous"
unit = "1"
range = { min = -10, max = 10 }
label = "x"
question = "x?"
[[outcomes]]
key = "high"
label = "high"
classes = [{ value = "no" }, { value = "yes" }]
)";

data::Cohort MakeCohort(const data::Schema& schema, int patients, uint64_t seed) {
  Random random = Random::Named(seed, "cohort");
  data::Cohort cohort = data::EmptyCohort(schema);
  cohort.patients = patients;
  for (int p = 0; p < patients; ++p) {
    const double x = random.Normal() * 3;
    cohort.values[0].push_back(std::clamp(x, -10.0, 10.0));
    cohort.labels[0].push_back(x > 0 ? 1 : 0);
  }
  return cohort;
}

class ChannelSimulationTest : public ::testing::Test {
 protected:
  void SetUp() override {
    schema_ = *data::ParseSchema(kSchema, "schema");
    uint64_t seed = 1;
    for (const char* name : {"a", "b", "c"}) {
      sites_.push_back({name, MakeCohort(schema_, 40, seed++), MakeCohort(schema_, 20, seed++)});
    }
  }

  // A plan over a channel of that power; without one if 0.
  static std::string PlanText(std::string_view scheme, const std::string& power,
                              const std::string& seed = "1") {
    return "[run]\nsites = ['a', 'b', 'c']\nrounds = 20\nseed = " + seed +
           "\n[schedule]\nkind = 'all_reduce'\ntopology = 'star'\n"
           "[compression]\nrank = 2\nkeep = 0.5\n"
           "[training]\nlearning_rate = 0.01\n[evaluation]\nbaselines = []\n"
           "[channel]\nkind = 'gaussian'\npower = " +
           power + "\nscheme = '" + std::string(scheme) + "'\n";
  }

  data::Schema schema_;
  std::vector<SimulatedSite> sites_;
};

TEST_F(ChannelSimulationTest, EverySchemeEndsWithOneModelWhateverTheThreads) {
  for (const air::NamedAirScheme& scheme : air::AllAirSchemes()) {
    SCOPED_TRACE(scheme.name);
    const std::string plan = PlanText(scheme.name, "1e5");
    const auto one = Simulate(schema_, plan, sites_, 1);
    const auto three = Simulate(schema_, plan, sites_, 3);
    ASSERT_THAT(one, IsOk());
    ASSERT_THAT(three, IsOk());
    EXPECT_EQ(one->model_digests, three->model_digests);
  }
}

TEST_F(ChannelSimulationTest, MuchPowerLearnsAndAnotherPowerIsAnotherNoise) {
  const auto loud = Simulate(schema_, PlanText("laser", "1e8"), sites_, 1);
  const auto softer = Simulate(schema_, PlanText("laser", "1e7"), sites_, 1);
  ASSERT_THAT(loud, IsOk());
  ASSERT_THAT(softer, IsOk());
  EXPECT_NE(loud->model_digests, softer->model_digests);
  EXPECT_GT(loud->sites[0].outcomes[0].models[0].scores.auroc.value(), 0.9);
}

}  // namespace
}  // namespace consilium::simulation
