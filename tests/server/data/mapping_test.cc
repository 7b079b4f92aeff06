#include "server/data/mapping.h"

#include "gtest/gtest.h"
#include "tests/server/data/fixtures.h"
#include "tests/support/matchers.h"

namespace consilium::data {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

void ExpectComplaint(std::string_view text, std::string_view complaint) {
  EXPECT_THAT(ParseMapping(text, "m.toml", SmallSchema()),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr(std::string(complaint))));
}

TEST(MappingTest, ReadsColumnsValuesAndRules) {
  const Mapping mapping = SmallMapping();
  EXPECT_TRUE(mapping.header);
  EXPECT_EQ(mapping.patient_id, (ColumnRef{"id", 0}));
  ASSERT_EQ(mapping.features.size(), 3u);
  EXPECT_EQ(mapping.features[0].column, (ColumnRef{"bp", 0}));
  EXPECT_THAT(mapping.features[0].missing, ElementsAre("0"));
  EXPECT_THAT(mapping.features[1].values, ElementsAre(Pair("0", 0), Pair("1", 1)));
  ASSERT_TRUE(mapping.outcomes[0].threshold);
  EXPECT_TRUE(Holds(*mapping.outcomes[0].threshold, 1));
  EXPECT_FALSE(Holds(*mapping.outcomes[0].threshold, 0));
}

TEST(MappingTest, RefusesAMappingOfAnotherSchema) {
  ExpectComplaint("schema = 'large'\n[features]\nsex = 'sex'\n",
                  "m.toml:1:1: this mapping is for schema 'large', expected 'small'");
}

TEST(MappingTest, NamesTheNearestFeatureAndOutcome) {
  ExpectComplaint(
      "schema = 'small'\n[features]\npresure = 'bp'\n[outcomes]\nll = 'num'\n",
      "m.toml:3:1: 'presure' is no feature of schema 'small'; did you mean 'pressure'?\n"
      "m.toml:5:1: 'll' is no outcome of schema 'small'; did you mean 'ill'?");
}

TEST(MappingTest, RefusesAValueTheSchemaDoesNotHave) {
  ExpectComplaint(
      "schema = 'small'\n[features]\nsex = { column = 's', values = { 0 = 'femal' } }\n",
      "'femal' is no value of the schema, expected one of: female, male; did you mean "
      "'female'?");
}

TEST(MappingTest, WantsNumbersOfColumnsWhereThereIsNoHeader) {
  ExpectComplaint("schema = 'small'\nheader = false\n[features]\nsex = 'sex'\n",
                  "column 'sex' by name in a file without header");
  EXPECT_THAT(ParseMapping("schema = 'small'\nheader = false\n[features]\nsex = 2\n", "m.toml",
                           SmallSchema()),
              IsOk());
  ExpectComplaint("schema = 'small'\n[features]\nsex = 0\n", "column 0, expected a number from 1");
}

TEST(MappingTest, WantsAConversionForAnotherUnit) {
  ExpectComplaint("schema = 'small'\n[features]\npressure = { column = 'p', unit = 'kPa' }\n",
                  "unit 'kPa' is not the schema's 'mm[Hg]', expected a 'factor'");
  ExpectComplaint("schema = 'small'\n[features]\npressure = { column = 'p', factor = 7.5 }\n",
                  "a conversion, expected 'unit'");
  const auto mapping = ParseMapping(
      "schema = 'small'\n[features]\npressure = { column = 'p', unit = 'kPa', factor = 7.50062 }\n",
      "m.toml", SmallSchema());
  ASSERT_THAT(mapping, IsOk());
  EXPECT_EQ(mapping->features[0].factor, 7.50062);
}

TEST(MappingTest, RefusesARuleItCannotRead) {
  ExpectComplaint(
      "schema = 'small'\n[features]\nsex = 's'\n[outcomes]\nill = { column = 'n', positive = "
      "'more' }\n",
      "'more', expected a comparison and a number such as \"> 0\"");
}

TEST(MappingTest, RefusesTheOutcomeAsAFeature) {
  ExpectComplaint("schema = 'small'\n[features]\ngrade = 'num'\n[outcomes]\nill = 'num'\n",
                  "the prediction would be told the answer");
}

TEST(MappingTest, RefusesAnUnknownKey) {
  ExpectComplaint("schema = 'small'\nheadr = true\n[features]\nsex = 's'\n",
                  "m.toml:2:1: unknown key 'headr'; did you mean 'header'?");
}

TEST(MappingTest, ReadsEveryComparison) {
  for (const auto& [rule, below, equal, above] :
       std::vector<std::tuple<std::string, bool, bool, bool>>{{"> 1", false, false, true},
                                                              {">=1", false, true, true},
                                                              {"< 1", true, false, false},
                                                              {"<= 1", true, true, false},
                                                              {"== 1.0", false, true, false},
                                                              {"!= 1", true, false, true}}) {
    const auto mapping = ParseMapping(
        "schema = 'small'\n[features]\nsex = 's'\n[outcomes]\n"
        "ill = { column = 'n', positive = '" +
            rule + "' }\n",
        "m.toml", SmallSchema());
    ASSERT_THAT(mapping, IsOk());
    const Threshold& threshold = *mapping->outcomes[0].threshold;
    EXPECT_EQ(Holds(threshold, 0), below) << rule;
    EXPECT_EQ(Holds(threshold, 1), equal) << rule;
    EXPECT_EQ(Holds(threshold, 2), above) << rule;
  }
}

TEST(MappingTest, TheMappingsOfTheExamplesFitTheirSchemas) {
  const StatusOr<Schema> heart = LoadSchema("examples/heart/schema.toml");
  ASSERT_THAT(heart, IsOk());
  for (const char* site : {"cleveland", "hungarian", "switzerland", "va", "processed"}) {
    EXPECT_THAT(LoadMapping(std::string("examples/heart/sites/") + site + ".toml", *heart), IsOk());
  }
  const StatusOr<Schema> icu = LoadSchema("examples/icu/schema.toml");
  ASSERT_THAT(icu, IsOk());
  EXPECT_THAT(LoadMapping("examples/icu/sites/icu2012.toml", *icu), IsOk());
}

}  // namespace
}  // namespace consilium::data
