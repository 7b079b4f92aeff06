#include "lab/air/over_the_air.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "lab/air/air.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"
#include "tests/support/random_values.h"

namespace consilium::air {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::LargestDifference;
using testing::MemoryExchange;
using testing::RandomValues;
using testing::ShapeOf;
using testing::StatusIs;

using Values = std::vector<std::vector<double>>;

// Site 0 in the middle, a mere aggregator; 1, 2, 3 with weights 1, 2, 3.
OverTheAirOptions Aggregated() {
  OverTheAirOptions options;
  options.graph = *topology::Star(4);
  options.shape = ShapeOf({{{1, 1}}});
  options.weights = {{0}, {1}, {2}, {3}};
  options.channel = {.kind = ChannelKind::kGaussian, .power = 10, .noise = 0};
  options.scheme.kind = AirSchemeKind::kZSgd;
  options.seed = 7;
  return options;
}

std::unique_ptr<schedule::Exchange<double>> SiteOf(OverTheAirOptions options, int self) {
  options.self = self;
  return *MakeOverTheAir<double>(options);
}

MemoryExchange<double> NetworkOf(const OverTheAirOptions& options) {
  std::vector<std::unique_ptr<schedule::Exchange<double>>> sites;
  for (int site = 0; site < options.graph.size(); ++site) sites.push_back(SiteOf(options, site));
  return MemoryExchange<double>::Of(std::move(sites));
}

TEST(OverTheAirTest, WithoutNoiseGivesTheWeightedMean) {
  for (const ChannelKind kind : {ChannelKind::kIdeal, ChannelKind::kGaussian}) {
    OverTheAirOptions options = Aggregated();
    options.channel.kind = kind;
    auto network = NetworkOf(options);
    Values values = {{99}, {6}, {12}, {18}};
    ASSERT_THAT(network.Round(values), IsOk());
    EXPECT_THAT(values, Each(ElementsAre(DoubleNear(14, 1e-9))));
    EXPECT_EQ(network.messages(), kind == ChannelKind::kIdeal ? 6U : 12U);
  }
}

TEST(OverTheAirTest, NoiseReachesAllSitesAlikeAndIsAnotherInEachRound) {
  OverTheAirOptions options = Aggregated();
  options.channel.noise = 1;
  auto network = NetworkOf(options);
  double last = 0;
  for (int round = 0; round < 4; ++round) {
    Values values = {{99}, {6}, {12}, {18}};
    ASSERT_THAT(network.Round(values), IsOk());
    EXPECT_THAT(values, Each(values[0]));
    EXPECT_NE(values[0][0], 14);
    EXPECT_NE(values[0][0], last);
    last = values[0][0];
  }
}

TEST(OverTheAirTest, ASiteInTheMiddleCountsAsTheOthersDo) {
  OverTheAirOptions options = Aggregated();
  options.weights[0] = {4};
  auto network = NetworkOf(options);
  Values values = {{9}, {6}, {12}, {18}};
  ASSERT_THAT(network.Round(values), IsOk());
  EXPECT_THAT(values, Each(ElementsAre(DoubleNear((36 + 6 + 24 + 54) / 10.0, 1e-9))));
}

TEST(OverTheAirTest, IsTheAverageOfOneProcess) {
  const FlatShape shape = ShapeOf({{{20, 17}, {17, 1}}, {{9, 30}}});
  for (const NamedAirScheme& each : AllAirSchemes()) {
    SCOPED_TRACE(each.name);
    OverTheAirOptions options = Aggregated();
    options.shape = shape;
    options.weights = {{0, 0}, {1, 1}, {2, 0}, {3, 5}};
    options.scheme = {.kind = each.kind, .rank = 2};
    auto network = NetworkOf(options);
    std::vector<std::unique_ptr<AirScheme<double>>> schemes;
    for (int site = 0; site < 4; ++site) {
      schemes.push_back(*MakeAirScheme<double>(options.scheme, shape,
                                               Random::Named(options.seed, "air scheme").Bits()));
    }
    const auto channel = *MakeChannel(options.channel, 1);
    Random random(3);
    for (uint64_t round = 0; round < 3; ++round) {
      Values values, expected;
      for (int site = 0; site < 4; ++site) {
        values.push_back(RandomValues<double>(shape.size(), random));
      }
      std::fill(values[0].begin(), values[0].end(), 0.0);
      std::fill_n(values[2].begin() + 357, 270, 0.0);
      std::vector<std::span<const double>> signals;
      for (size_t i = 0; i < 4; ++i) signals.push_back(schemes[i]->Begin(values[i]));
      const auto mean = AverageOverTheAir<double>(signals, schemes[0]->Segments(), options.weights,
                                                  {}, options.channel, *channel, round);
      ASSERT_THAT(mean, IsOk());
      std::vector<double> result(shape.size());
      for (auto& scheme : schemes) scheme->End(mean->mean, true, result);
      ASSERT_THAT(network.Round(values), IsOk());
      EXPECT_LT(
          LargestDifference(std::span<const double>(values[1]), std::span<const double>(result)),
          1e-12);
    }
  }
}

TEST(OverTheAirTest, AStragglerIsLeftOutAndLearnsIt) {
  OverTheAirOptions options = Aggregated();
  options.scheme.kind = AirSchemeKind::kRandomK;
  options.scheme.ratio = 1;
  auto network = NetworkOf(options);
  Values values = {{0}, {6}, {12}, {18}};
  ASSERT_THAT(network.Round(values, [](int from, int) { return from != 3; }), IsOk());
  EXPECT_THAT(values, Each(ElementsAre(DoubleNear((6 + 24) / 3.0, 1e-9))));
  values = {{0}, {0}, {0}, {0}};
  ASSERT_THAT(network.Round(values), IsOk());
  EXPECT_THAT(values, Each(ElementsAre(DoubleNear(9, 1e-9)))) << "what was not counted comes later";
}

TEST(OverTheAirTest, ASiteThatFallsSilentAfterItsNormsIsLeftOut) {
  auto network = NetworkOf(Aggregated());
  int from_three = 0;
  Values values = {{0}, {6}, {12}, {18}};
  ASSERT_THAT(network.Round(values, [&](int from, int) { return from != 3 || ++from_three < 2; }),
              IsOk());
  EXPECT_EQ(from_three, 2);
  EXPECT_THAT(values, Each(ElementsAre(DoubleNear(10, 1e-9))));
}

TEST(OverTheAirTest, AnErasedSignalIsNotInTheMean) {
  OverTheAirOptions options = Aggregated();
  options.channel = {.kind = ChannelKind::kErasure, .loss = 0.9};
  auto network = NetworkOf(options);
  bool kept = false;
  for (int round = 0; round < 50; ++round) {
    Values values = {{1}, {6}, {6}, {6}};
    ASSERT_THAT(network.Round(values), IsOk());
    if (values[0][0] == 1) {
      EXPECT_THAT(values,
                  ElementsAre(ElementsAre(1), ElementsAre(6), ElementsAre(6), ElementsAre(6)))
          << "where nothing arrived each keeps its own";
      kept = true;
    } else {
      EXPECT_THAT(values, Each(ElementsAre(6)));
    }
  }
  EXPECT_TRUE(kept);
}

TEST(OverTheAirTest, CountsTheSideChannelWithTheSignalAndWhatNoiseDid) {
  OverTheAirOptions options = Aggregated();
  options.channel.noise = 1;
  auto network = NetworkOf(options);
  Values values = {{99}, {6}, {12}, {18}};
  ASSERT_THAT(network.Round(values), IsOk());
  std::vector<BlockTraffic> root(1), site(1);
  schedule::AddTrafficOf(network.site(0), root);
  schedule::AddTrafficOf(network.site(1), site);
  EXPECT_EQ(site[0].bytes, 8U + 8);
  EXPECT_EQ(root[0].bytes, 3U * (8 + 8));
  EXPECT_NEAR(std::sqrt(root[0].squared_norm), 14, 1e-9);
  EXPECT_NEAR(std::sqrt(root[0].squared_error), std::abs(values[0][0] - 14), 1e-9);
}

TEST(OverTheAirTest, RefusesASignalOfMorePowerThanItsShare) {
  auto network = NetworkOf(Aggregated());
  auto& root = network.site(0);
  root.Begin(std::vector<double>{0});
  std::vector<schedule::Outgoing> down;
  for (const int site : {1, 2, 3}) {
    auto up = network.site(site).Begin(std::vector<double>{6});
    down = *root.Receive(site, up[0].body);
  }
  ASSERT_EQ(down.size(), 3U);
  std::string loud = (*network.site(1).Receive(0, down[0].body))[0].body;
  ByteWriter writer;
  writer.F64(4);  // power 16
  loud.replace(loud.size() - 8, 8, writer.Take());
  EXPECT_THAT(root.Receive(1, loud),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("the limit is 10")));
}

TEST(OverTheAirTest, RefusesMessagesThatAreNoneOrComeTwice) {
  auto network = NetworkOf(Aggregated());
  auto& root = network.site(0);
  auto up = network.site(1).Begin(std::vector<double>{6});
  EXPECT_THAT(root.Receive(1, up[0].body), StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_THAT(root.Begin(std::vector<double>{0}), IsEmpty());
  EXPECT_THAT(root.Receive(7, up[0].body), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(root.Receive(0, up[0].body), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(network.site(1).Receive(2, up[0].body), StatusIs(StatusCode::kInvalidArgument));
  ASSERT_THAT(root.Receive(1, up[0].body), IsOk());
  EXPECT_THAT(root.Receive(1, up[0].body), StatusIs(StatusCode::kAlreadyExists));
  EXPECT_THAT(root.Missing(), ElementsAre(2, 3));
  EXPECT_THAT(network.site(1).Missing(), ElementsAre(0));
}

void Damage(std::string& body, Random& random) {
  switch (random.Below(4)) {
    case 0:
      body.resize(random.Below(body.size()));
      return;
    case 1:
      body.append(1 + random.Below(16), '\xff');
      return;
    case 2:  // a NaN
      if (body.size() >= 17) body.replace(body.size() - 8, 8, 8, '\xff');
      return;
    default:
      for (uint64_t flips = 1 + random.Below(4); flips > 0; --flips) {
        body[random.Below(body.size())] ^= static_cast<char>(1 + random.Below(255));
      }
  }
}

// A round in which every third message is damaged and, where it is refused, lost.
void RoundOfDamage(MemoryExchange<double>& network, int sites, Random& random) {
  std::vector<std::pair<int, schedule::Outgoing>> open;
  const auto send = [&](int from, std::vector<schedule::Outgoing> messages) {
    for (schedule::Outgoing& message : messages) {
      if (random.Below(3) == 0) Damage(message.body, random);
      open.emplace_back(from, std::move(message));
    }
  };
  for (int site = 0; site < sites; ++site) {
    send(site, network.site(site).Begin(RandomValues<double>(41, random)));
  }
  for (int pass = 0; pass < 3; ++pass) {
    while (!open.empty()) {
      const auto [from, message] = std::move(open.back());
      open.pop_back();
      auto answers = network.site(message.to).Receive(from, message.body);
      if (answers.ok()) send(message.to, *std::move(answers));
    }
    send(0, network.site(0).Deadline());
  }
}

TEST(OverTheAirTest, NoBytesMakeASiteFailOrTakeWhatIsNotFinite) {
  OverTheAirOptions options = Aggregated();
  options.shape = ShapeOf({{{8, 5}}, {{1, 1}}});
  options.weights = {{0, 0}, {1, 1}, {2, 0}, {3, 1}};
  options.channel.noise = 1;
  for (uint64_t seed = 1; seed <= 600; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    options.scheme.kind = AllAirSchemes()[seed % AllAirSchemes().size()].kind;
    options.scheme.rank = 1;
    auto network = NetworkOf(options);
    RoundOfDamage(network, 4, random);
    ASSERT_TRUE(network.site(0).Complete());
    for (int site = 0; site < 4; ++site) {
      if (!network.site(site).Complete()) continue;
      std::vector<double> values(41);
      network.site(site).End(values);
      for (const double value : values) ASSERT_TRUE(std::isfinite(value));
    }
  }
}

TEST(OverTheAirTest, RefusesOptionsThatDoNotFit) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const auto refused = [](auto change) {
    OverTheAirOptions options = Aggregated();
    change(options);
    EXPECT_THAT(MakeOverTheAir<float>(options), StatusIs(StatusCode::kInvalidArgument));
  };
  refused([](auto& o) { o.graph = *topology::Chain(4); });
  refused([](auto& o) { o.root = 1; });
  refused([](auto& o) { o.self = 4; });
  refused([](auto& o) { o.root = -1; });
  refused([](auto& o) { o.weights.pop_back(); });
  refused([](auto& o) { o.weights[2].push_back(1); });
  refused([](auto& o) { o.weights[2][0] = -1; });
  refused([](auto& o) { o.channel.power = 0; });
  refused([](auto& o) { o.channel.power = kNan; });
  refused([](auto& o) { o.channel.noise = -1; });
  refused([](auto& o) { o.scheme.rank = 0; });
  refused([](auto& o) { o.scheme.ratio = 0; });
  refused([](auto& o) { o.allocation.exponent = -1; });
  refused([](auto& o) { o.shape.matrices.clear(); });
}

}  // namespace
}  // namespace consilium::air
