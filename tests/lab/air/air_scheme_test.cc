#include "lab/air/air_scheme.h"

#include <limits>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/support/matchers.h"
#include "tests/support/random_values.h"

namespace consilium::air {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using testing::RandomValues;
using testing::ShapeOf;
using testing::StatusIs;

std::unique_ptr<AirScheme<double>> Make(const AirSchemeOptions& options, const FlatShape& shape,
                                        uint64_t seed = 1) {
  return *MakeAirScheme<double>(options, shape, seed);
}

TEST(AirSchemeTest, RefusesOptionsThatMakeNoSense) {
  const FlatShape shape = ShapeOf({{{8, 8}}});
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  for (const NamedAirScheme& scheme : AllAirSchemes()) {
    for (const AirSchemeOptions& options :
         {AirSchemeOptions{scheme.kind, 0}, AirSchemeOptions{scheme.kind, 2, kNan},
          AirSchemeOptions{scheme.kind, 2, -1}, AirSchemeOptions{.kind = scheme.kind, .ratio = 0},
          AirSchemeOptions{.kind = scheme.kind, .ratio = 1.5},
          AirSchemeOptions{.kind = scheme.kind, .ratio = kNan}}) {
      EXPECT_THAT(MakeAirScheme<double>(options, shape, 1), StatusIs(StatusCode::kInvalidArgument));
    }
    FlatShape gap = shape;
    gap.blocks[0].size += 3;
    EXPECT_THAT(MakeAirScheme<float>({scheme.kind}, gap, 1),
                StatusIs(StatusCode::kInvalidArgument));
  }
}

TEST(AirSchemeTest, EverySchemeIsFoundByItsName) {
  for (const NamedAirScheme& scheme : AllAirSchemes()) {
    EXPECT_THAT(ParseAirScheme(scheme.name), IsOkAndHolds(scheme.kind));
  }
  EXPECT_THAT(ParseAirScheme("a_dsgd"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("choose one of laser, z_sgd")));
}

TEST(AirSchemeTest, LaserSendsOneFactorARoundAndSmallTensorsAsTheyAre) {
  const FlatShape shape = ShapeOf({{{20, 30}, {30, 1}}});
  auto scheme = Make({.kind = AirSchemeKind::kLaser, .rank = 2}, shape);
  Random random(1);
  std::vector<double> values = RandomValues<double>(shape.size(), random);
  EXPECT_EQ(scheme->Begin(values).size(), 2U * 30 + 30);
  EXPECT_THAT(scheme->Segments(),
              ElementsAre(Segment{0, 30, 0, 0}, Segment{30, 30, 0, 0}, Segment{60, 30, 1, 0}));
  scheme->End(std::vector<double>(90), true, values);
  EXPECT_EQ(scheme->Begin(values).size(), 2U * 20 + 30);
  EXPECT_THAT(scheme->Segments(),
              ElementsAre(Segment{0, 20, 0, 0}, Segment{20, 20, 0, 0}, Segment{40, 30, 1, 0}));
  auto whole = Make({.kind = AirSchemeKind::kLaser, .rank = 2, .columns = false}, shape);
  whole->Begin(values);
  EXPECT_THAT(whole->Segments(), ElementsAre(Segment{0, 60, 0, 0}, Segment{60, 30, 1, 0}));
}

TEST(AirSchemeTest, SignsVoteAndTheMeanMagnitudeScalesThem) {
  const FlatShape shape = ShapeOf({{{3, 1}}, {{1, 1}}});
  auto scheme = Make({.kind = AirSchemeKind::kSign}, shape);
  const auto signal = scheme->Begin(std::vector<double>{-1, 0, 5, 2});
  EXPECT_THAT(std::vector<double>(signal.begin(), signal.end()), ElementsAre(-1, 0, 1, 2, 1, 2));
  std::vector<double> values(4);
  scheme->End(std::vector<double>{0.2, -7, 0, 3, 0.1, -0.5}, true, values);
  EXPECT_THAT(values, ElementsAre(3, -3, 0, 0));
  auto plain = Make({.kind = AirSchemeKind::kSign, .magnitudes = false}, shape);
  EXPECT_EQ(plain->Begin(values).size(), 4U);
  plain->End(std::vector<double>{0.2, -7, 0, 3}, true, values);
  EXPECT_THAT(values, ElementsAre(1, -1, 0, 1));
}

TEST(AirSchemeTest, TheSketchIsRightInTheMeanOverItsHashes) {
  const FlatShape shape = ShapeOf({{{10, 1}}});
  auto scheme = Make({.kind = AirSchemeKind::kSketch, .ratio = 0.4}, shape);
  Random random(2);
  const std::vector<double> values = RandomValues<double>(10, random);
  std::vector<double> mean(10), decoded(10);
  constexpr int kRounds = 20000;
  for (int round = 0; round < kRounds; ++round) {
    const auto sent = scheme->Begin(values);
    ASSERT_EQ(sent.size(), 4U);
    scheme->End(std::vector<double>(sent.begin(), sent.end()), true, decoded);
    for (size_t i = 0; i < 10; ++i) mean[i] += decoded[i] / kRounds;
  }
  for (size_t i = 0; i < 10; ++i) EXPECT_NEAR(mean[i], values[i], 0.06);
}

TEST(AirSchemeTest, RandomKSendsItsShareOfEachTensorAndAllInTime) {
  const FlatShape shape = ShapeOf({{{10, 5}, {3, 1}}});
  auto scheme = Make({.kind = AirSchemeKind::kRandomK, .ratio = 0.1}, shape);
  std::vector<double> values(53), result(53);
  for (size_t i = 0; i < 53; ++i) values[i] = static_cast<double>(i + 1);
  std::set<size_t> seen;
  for (int round = 0; round < 200; ++round) {
    const auto sent = scheme->Begin(round == 0 ? values : std::vector<double>(53));
    ASSERT_EQ(sent.size(), 5U + 1);
    scheme->End(std::vector<double>(sent.begin(), sent.end()), true, result);
    for (size_t i = 0; i < 53; ++i) {
      if (result[i] == 0) continue;
      EXPECT_EQ(result[i], values[i]);
      EXPECT_TRUE(seen.insert(i).second) << "sent twice";
    }
  }
  EXPECT_EQ(seen.size(), 53U);
}

}  // namespace
}  // namespace consilium::air
