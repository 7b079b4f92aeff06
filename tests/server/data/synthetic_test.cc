#include "server/data/synthetic.h"

#include <cmath>

#include "gtest/gtest.h"
#include "server/data/cohort_file.h"
#include "server/data/cohort_writer.h"
#include "server/data/splits.h"
#include "tests/support/matchers.h"

namespace consilium::data {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;

Schema HeartSchema() {
  StatusOr<Schema> schema = LoadSchema("examples/heart/schema.toml");
  EXPECT_THAT(schema, IsOk());
  return std::move(schema).value();
}

// The sum over observed features of value times difference of class means: enough to see whether
// the features tell the classes apart.
double AurocOfClassMeans(const Cohort& train, const Cohort& test) {
  std::vector<double> score(static_cast<size_t>(test.patients));
  for (size_t f = 0; f < train.values.size(); ++f) {
    double sum[2] = {}, squares = 0, count[2] = {};
    for (size_t p = 0; p < train.values[f].size(); ++p) {
      const double x = train.values[f][p];
      if (std::isnan(x)) continue;
      const auto label = static_cast<size_t>(train.labels[0][p]);
      sum[label] += x, squares += x * x, count[label] += 1;
    }
    if (count[0] == 0 || count[1] == 0) continue;
    const double mean = (sum[0] + sum[1]) / (count[0] + count[1]);
    const double variance = squares / (count[0] + count[1]) - mean * mean;
    if (variance <= 0) continue;
    const double slope = (sum[1] / count[1] - sum[0] / count[0]) / variance;
    for (size_t p = 0; p < score.size(); ++p) {
      const double x = test.values[f][p];
      if (!std::isnan(x)) score[p] += slope * (x - mean);
    }
  }
  double wins = 0, pairs = 0;
  for (size_t i = 0; i < score.size(); ++i) {
    for (size_t j = 0; j < score.size(); ++j) {
      if (test.labels[0][i] != 1 || test.labels[0][j] != 0) continue;
      wins += score[i] > score[j] ? 1 : score[i] == score[j] ? 0.5 : 0;
      pairs += 1;
    }
  }
  return wins / pairs;
}

TEST(SyntheticTest, TheSameSeedGivesTheSamePatients) {
  const Schema schema = HeartSchema();
  const auto site = SyntheticHeartSite("va");
  ASSERT_THAT(site, IsOk());
  const Mapping mapping = IdentityMapping(schema);
  const std::string first = WriteCohort(schema, mapping, Synthesise(schema, *site, 1));
  EXPECT_EQ(first, WriteCohort(schema, mapping, Synthesise(schema, *site, 1)));
  EXPECT_NE(first, WriteCohort(schema, mapping, Synthesise(schema, *site, 2)));
}

TEST(SyntheticTest, PrevalenceAndMissingnessAreThoseOfTheSite) {
  const Schema schema = HeartSchema();
  SyntheticSite site = *SyntheticHeartSite("switzerland");
  site.patients = 20000;
  const Cohort cohort = Synthesise(schema, site, 3);
  EXPECT_NEAR(ClassCounts(schema, cohort, 0)[1] / 20000., 0.94, 0.01);
  const Catalogue catalogue = CatalogueOf(cohort);
  EXPECT_EQ(catalogue.observed[static_cast<size_t>(schema.FindFeature("chol"))], 0);
  EXPECT_EQ(catalogue.observed[static_cast<size_t>(schema.FindFeature("age"))], 20000);
  EXPECT_NEAR(catalogue.observed[static_cast<size_t>(schema.FindFeature("thal"))] / 20000.,
              71. / 123, 0.02);
}

TEST(SyntheticTest, EveryCellPassesTheChecksOfTheSitesMapping) {
  const Schema schema = HeartSchema();
  for (const std::string& name : SyntheticHeartSiteNames()) {
    const auto mapping = LoadMapping("examples/heart/sites/" + name + ".toml", schema);
    ASSERT_THAT(mapping, IsOk());
    const Cohort cohort = Synthesise(schema, *SyntheticHeartSite(name), 1);
    const auto loaded = ParseCohort(schema, *mapping, WriteCohort(schema, *mapping, cohort), name,
                                    {.strict = true});
    ASSERT_THAT(loaded, IsOk());
    EXPECT_EQ(loaded->cohort.labels, cohort.labels);
    for (size_t f = 0; f < schema.features.size(); ++f) {
      for (int p = 0; p < cohort.patients; ++p) {
        ASSERT_EQ(loaded->cohort.Observed(static_cast<int>(f), p),
                  cohort.Observed(static_cast<int>(f), p));
        if (cohort.Observed(static_cast<int>(f), p)) {
          ASSERT_EQ(loaded->cohort.values[f][static_cast<size_t>(p)],
                    cohort.values[f][static_cast<size_t>(p)]);
        }
      }
    }
  }
}

TEST(SyntheticTest, PatientsOfAllSitesTogetherTeachMoreThanThoseOfOne) {
  const Schema schema = HeartSchema();
  double local = 0, pooled = 0;
  int scores = 0;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    std::vector<Cohort> train, test;
    for (const std::string& name : SyntheticHeartSiteNames()) {
      const Cohort cohort = Synthesise(schema, *SyntheticHeartSite(name), seed);
      const Split split = Holdout(cohort, 0, 0.2, seed);
      train.push_back(Select(cohort, split.train));
      test.push_back(Select(cohort, split.test));
    }
    const Cohort everybody = Concatenate(train);
    for (size_t s = 0; s < train.size(); ++s) {
      local += AurocOfClassMeans(train[s], test[s]);
      pooled += AurocOfClassMeans(everybody, test[s]);
      ++scores;
    }
  }
  local /= scores;
  pooled /= scores;
  RecordProperty("local", std::to_string(local));
  RecordProperty("pooled", std::to_string(pooled));
  EXPECT_GT(local, 0.70);
  EXPECT_LT(pooled, 0.95);
  EXPECT_GT(pooled, local + 0.005) << "local " << local;
}

TEST(SyntheticTest, AnySchemaWillDo) {
  const auto schema = LoadSchema("examples/icu/schema.toml");
  ASSERT_THAT(schema, IsOk());
  SyntheticSite unit;
  unit.patients = 50;
  const Cohort cohort = Synthesise(*schema, unit, 1);
  EXPECT_EQ(cohort.patients, 50);
  const Mapping mapping = IdentityMapping(*schema);
  EXPECT_THAT(ParseCohort(*schema, mapping, WriteCohort(*schema, mapping, cohort), "unit.csv",
                          {.strict = true}),
              IsOk());
}

TEST(SyntheticTest, NamesTheSitesItKnows) {
  EXPECT_THAT(
      SyntheticHeartSite("zurich"),
      StatusIs(StatusCode::kNotFound, HasSubstr("one of: cleveland, hungarian, switzerland, va")));
}

}  // namespace
}  // namespace consilium::data
