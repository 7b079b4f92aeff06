#include "lab/air/rounds.h"

#include <string>

#include "gmock/gmock.h"
#include "lab/air/air_scheme.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"
#include "tests/support/random_values.h"

namespace consilium::air {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::MemoryExchange;
using testing::RandomValues;
using testing::ShapeOf;
using testing::StatusIs;

federation::Plan PlanOf(const std::string& channel) {
  return *federation::ParsePlan(
      "[run]\nsites = ['a', 'b', 'c']\n[schedule]\nkind = 'all_reduce'\n"
      "topology = 'star'\n" +
          channel,
      "plan");
}

schedule::ExchangeOptions StarOf(const FlatShape& shape) {
  schedule::ExchangeOptions options;
  options.graph = *topology::Star(3);
  options.shape = shape;
  options.weights = {{1, 0, 1}, {1, 0, 1}, {2, 0, 0}};
  return options;
}

TEST(AirExchangeTest, EverySchemeAveragesHeldModulesAndLeavesTheOthers) {
  const FlatShape shape = ShapeOf({{{12, 9}}, {{4, 1}}, {{5, 1}}});
  for (const NamedAirScheme& scheme : AllAirSchemes()) {
    SCOPED_TRACE(scheme.name);
    const federation::Plan plan =
        PlanOf("[channel]\nkind = 'gaussian'\npower = 1e4\nscheme = '" + std::string(scheme.name) +
               "'\n[compression]\nkeep = 0.5\n");
    std::vector<std::unique_ptr<schedule::Exchange<float>>> sites;
    schedule::ExchangeOptions options = StarOf(shape);
    for (options.self = 0; options.self < 3; ++options.self) {
      auto made = MakeAirExchange(options, plan.schedule);
      ASSERT_THAT(made, IsOk());
      sites.push_back(*std::move(made));
    }
    auto network = MemoryExchange<float>::Of(std::move(sites));
    Random random(1);
    std::vector<std::vector<float>> values;
    for (int site = 0; site < 3; ++site) values.push_back(RandomValues<float>(117, random));
    const auto before = values;
    ASSERT_THAT(network.Round(values), IsOk());
    for (size_t site = 0; site < 3; ++site) {
      for (size_t i = 0; i < 117; ++i) {
        if (i >= 108 && i < 112) {
          EXPECT_EQ(values[site][i], before[site][i]);
        } else {
          EXPECT_EQ(values[site][i], values[0][i]);
        }
      }
    }
  }
}

TEST(AirExchangeTest, AGraphWhoseRootDoesNotHearAllIsRefused) {
  schedule::ExchangeOptions options = StarOf(ShapeOf({{{2, 1}}, {{1, 1}}, {{1, 1}}}));
  options.root = 1;
  EXPECT_THAT(MakeAirExchange(options, PlanOf("[channel]\nkind = 'gaussian'\n").schedule),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("as in a star")));
}

TEST(AirExchangeTest, APlanInWhichNobodyHearsAllSitesIsToldSo) {
  const auto read = [](const std::string& schedule) {
    return federation::ParsePlan(
        "[run]\nsites = ['a', 'b', 'c', 'd']\n[schedule]\nkind = 'all_reduce'\n" + schedule +
            "[channel]\nkind = 'gaussian'\n",
        "plan");
  };
  EXPECT_THAT(read("topology = 'chain'\n"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("\"star\", not chain")));
  EXPECT_THAT(read("topology = 'chain'\naggregator = 'coordinator'\n"), IsOk());
  EXPECT_THAT(read("topology = 'fully_connected'\n"), IsOk());
}

TEST(AirExchangeTest, OnlySimulationsMakeIt) {
  const federation::Plan plan = PlanOf("[channel]\nkind = 'gaussian'\n");
  const FlatShape shape = ShapeOf({{{2, 1}}, {{1, 1}}, {{1, 1}}});
  EXPECT_THAT(federation::CheckRounds(plan, shape, MakeSimulatedRounds), IsOk());
  EXPECT_THAT(federation::CheckRounds(plan, shape),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("consilium simulate only")));
}

TEST(AirExchangeTest, ARealRunRefusesAChannelThatServesPlanning) {
  EXPECT_THAT(federation::CheckRealChannel(PlanOf("")), IsOk());
  EXPECT_THAT(federation::CheckRealChannel(PlanOf("[channel]\nkind = 'ideal'\n")), IsOk());
  for (const char* kind : {"gaussian", "erasure"}) {
    EXPECT_THAT(
        federation::CheckRealChannel(PlanOf("[channel]\nkind = '" + std::string(kind) + "'\n")),
        StatusIs(StatusCode::kInvalidArgument, HasSubstr("consilium simulate only")));
  }
}

}  // namespace
}  // namespace consilium::air
