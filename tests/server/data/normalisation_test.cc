#include "server/data/normalisation.h"

#include <cmath>
#include <limits>

#include "base/random.h"
#include "gtest/gtest.h"
#include "server/data/examples.h"
#include "tests/server/data/fixtures.h"
#include "tests/support/matchers.h"

namespace consilium::data {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

Cohort WithPressures(std::vector<double> pressures) {
  Cohort cohort = EmptyCohort(SmallSchema());
  cohort.patients = static_cast<int>(pressures.size());
  cohort.values[1].assign(pressures.size(), 1);
  cohort.values[2].assign(pressures.size(), 2);
  cohort.labels[0].assign(pressures.size(), 1);
  cohort.values[0] = std::move(pressures);
  return cohort;
}

std::vector<double> Sum(std::vector<double> a, const std::vector<double>& b) {
  for (size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

TEST(NormalisationTest, SumsOfSitesGiveWhatPooledPatientsWould) {
  const Schema schema = SmallSchema();
  constexpr uint64_t kSeed = 5;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  Random random(kSeed);
  std::vector<double> pooled, sums(StatisticsSize(schema));
  for (const int patients : {303, 294, 123, 200}) {
    std::vector<double> pressures;
    for (int p = 0; p < patients; ++p) {
      pressures.push_back(p % 7 == 0 ? kMissing : 130 + 17 * random.Normal());
    }
    pooled.insert(pooled.end(), pressures.begin(), pressures.end());
    sums = Sum(sums, StatisticsOf(schema, WithPressures(pressures)));
  }
  long double mean = 0, squares = 0;
  int count = 0;
  for (const double x : pooled) {
    if (!std::isnan(x)) mean += x, ++count;
  }
  mean /= count;
  for (const double x : pooled) {
    if (!std::isnan(x)) squares += (x - mean) * (x - mean);
  }
  const auto normalisation = NormalisationFrom(schema, sums);
  ASSERT_THAT(normalisation, IsOk());
  EXPECT_NEAR(normalisation->scales[0].mean, static_cast<double>(mean), 1e-9);
  EXPECT_NEAR(normalisation->scales[0].sd, std::sqrt(static_cast<double>(squares / count)), 1e-9);
  EXPECT_EQ(normalisation->scales[1], Scale{});
}

TEST(NormalisationTest, OfCategoriesOnlyThePatientsAreCounted) {
  const Schema schema = SmallSchema();
  Cohort cohort = WithPressures({120, 130, 140});
  cohort.values[1] = {0, kMissing, 1};
  const std::vector<double> statistics = StatisticsOf(schema, cohort);
  EXPECT_EQ(statistics[3], 2);
  EXPECT_EQ(statistics[4], 0);
  EXPECT_EQ(statistics[5], 0);
  EXPECT_THAT(NormalisationFrom(schema, statistics), IsOk());
}

TEST(NormalisationTest, AMeanOverSitesSaysTheSameAsTheSum) {
  const Schema schema = SmallSchema();
  std::vector<double> sums = StatisticsOf(schema, WithPressures({100, 130, 190, 210}));
  const auto whole = NormalisationFrom(schema, sums);
  for (double& value : sums) value /= 4;
  const auto mean = NormalisationFrom(schema, sums);
  ASSERT_THAT(mean, IsOk());
  EXPECT_NEAR(mean->scales[0].mean, whole->scales[0].mean, 1e-12);
  EXPECT_NEAR(mean->scales[0].sd, whole->scales[0].sd, 1e-12);
}

TEST(NormalisationTest, AFeatureObservedNowhereIsScaledByItsRange) {
  const Schema schema = SmallSchema();
  const auto normalisation =
      NormalisationFrom(schema, StatisticsOf(schema, WithPressures({kMissing, kMissing})));
  ASSERT_THAT(normalisation, IsOk());
  EXPECT_EQ(normalisation->scales[0], (Scale{160, 50}));
  EXPECT_EQ(*normalisation, NormalisationFromSchema(schema));
}

TEST(NormalisationTest, AFeatureThatNeverVariesTakesItsSpreadFromTheRange) {
  const Schema schema = SmallSchema();
  const auto normalisation =
      NormalisationFrom(schema, StatisticsOf(schema, WithPressures({131.7, 131.7, 131.7})));
  ASSERT_THAT(normalisation, IsOk());
  EXPECT_NEAR(normalisation->scales[0].mean, 131.7, 1e-9);
  EXPECT_EQ(normalisation->scales[0].sd, 50);
}

TEST(NormalisationTest, AScaleGivenInTheSchemaGoesFirst) {
  Schema schema = SmallSchema();
  schema.features[0].normalisation = Scale{120, 15};
  const auto normalisation =
      NormalisationFrom(schema, StatisticsOf(schema, WithPressures({100, 200})));
  ASSERT_THAT(normalisation, IsOk());
  EXPECT_EQ(normalisation->scales[0], (Scale{120, 15}));
}

TEST(NormalisationTest, RefusesSumsNoValuesCouldHave) {
  const Schema schema = SmallSchema();
  const std::vector<double> good = StatisticsOf(schema, WithPressures({100, 200}));
  EXPECT_THAT(NormalisationFrom(schema, std::vector<double>(8)),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("8 numbers, expected 9")));
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity(), 1e9, -1e9}) {
    for (const size_t i : {size_t{1}, size_t{2}}) {
      std::vector<double> sums = good;
      sums[i] = bad;
      EXPECT_THAT(NormalisationFrom(schema, sums),
                  StatusIs(StatusCode::kInvalidArgument, HasSubstr("feature 'pressure'")));
    }
  }
}

TEST(NormalisationTest, ExamplesAreNormalisedAndKeepWhatIsMissing) {
  const Schema schema = SmallSchema();
  const Normalisation normalisation{{{130, 20}, {}, {}}};
  const modn::Examples examples = ExamplesOf(schema, normalisation, WithPressures({150, kMissing}));
  EXPECT_EQ(examples.patients, 2);
  EXPECT_EQ(examples.values[0][0], 1.0f);
  EXPECT_TRUE(std::isnan(examples.values[0][1]));
  EXPECT_EQ(examples.values[2][0], 2.0f);
  EXPECT_EQ(examples.labels[0][1], 1);
}

}  // namespace
}  // namespace consilium::data
