#include "lab/evaluation/grouping.h"

#include <cmath>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium::evaluation {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

data::Schema AgeAndSex() {
  data::Schema schema;
  schema.features.resize(2);
  schema.features[0].key = "age";
  schema.features[0].label = "Age";
  schema.features[0].unit_label = "years";
  schema.features[1].key = "sex";
  schema.features[1].kind = data::FeatureKind::kCategorical;
  schema.features[1].categories = {{"f", "Female", {}}, {"m", "Male", {}}};
  return schema;
}

std::vector<data::Cohort> OneSite() {
  data::Cohort cohort;
  cohort.patients = 5;
  cohort.values = {{20, 30, 40, 50, NAN}, {0, 1, 1, NAN, NAN}};
  return {cohort};
}

std::vector<int> GroupsOf(const Grouping& grouping, const data::Cohort& cohort) {
  std::vector<int> groups;
  for (int i = 0; i < cohort.patients; ++i) groups.push_back(grouping.group_of(0, cohort, i));
  return groups;
}

TEST(GroupingTest, DividesByCategoriesAndWhoIsUnknown) {
  const auto grouping = ByFeature(AgeAndSex(), OneSite(), "sex");
  ASSERT_THAT(grouping, IsOk());
  EXPECT_THAT(grouping->labels, ElementsAre("Female", "Male", "not known"));
  EXPECT_THAT(GroupsOf(*grouping, OneSite()[0]), ElementsAre(0, 1, 1, 2, 2));
}

TEST(GroupingTest, DividesNumbersAtTheirQuartiles) {
  const auto grouping = ByFeature(AgeAndSex(), OneSite(), "age");
  ASSERT_THAT(grouping, IsOk());
  EXPECT_THAT(grouping->labels,
              ElementsAre("up to 20 years", "above 20 to 30 years", "above 30 to 40 years",
                          "above 40 to 50 years", "not known"));
  EXPECT_THAT(GroupsOf(*grouping, OneSite()[0]), ElementsAre(0, 1, 2, 3, 4));
}

TEST(GroupingTest, NamesTheNearestFeatureForAnUnknownOne) {
  EXPECT_THAT(ByFeature(AgeAndSex(), OneSite(), "aeg"),
              StatusIs(StatusCode::kNotFound, HasSubstr("age")));
}

TEST(GroupingTest, PutsTheMostFrequentPatternsFirst) {
  std::vector<data::Cohort> sites = OneSite();
  const Grouping grouping = ByMissingPattern(AgeAndSex(), sites, 2);
  EXPECT_THAT(grouping.labels, ElementsAre("nothing missing", "without sex", "1 other patterns"));
  EXPECT_THAT(GroupsOf(grouping, sites[0]), ElementsAre(0, 0, 0, 1, 2));
}

TEST(GroupingTest, DividesByNumberOfAnswersKnown) {
  std::vector<data::Cohort> sites = OneSite();
  const Grouping grouping = ByAnswersKnown(sites);
  EXPECT_THAT(grouping.labels, ElementsAre("up to 0 answers", "1 answers", "2 answers"));
  EXPECT_THAT(GroupsOf(grouping, sites[0]), ElementsAre(2, 2, 2, 1, 0));
}

}  // namespace
}  // namespace consilium::evaluation
