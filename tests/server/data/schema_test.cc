#include "server/data/schema.h"

#include "base/random.h"
#include "fmt/format.h"
#include "gtest/gtest.h"
#include "server/data/examples.h"
#include "tests/server/data/fixtures.h"
#include "tests/support/matchers.h"

namespace consilium::data {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A schema of one feature and one outcome, with `feature` in the feature's table.
std::string WithFeature(std::string_view feature) {
  return fmt::format(
      "schema = 's'\nversion = 1\n[[features]]\n{}\n[[outcomes]]\nkey = 'o'\n"
      "classes = [{{ value = 'no' }}, {{ value = 'yes' }}]\n",
      feature);
}

void ExpectComplaint(const std::string& text, std::string_view complaint) {
  const StatusOr<Schema> schema = ParseSchema(text, "s.toml");
  EXPECT_THAT(schema, StatusIs(StatusCode::kInvalidArgument, HasSubstr(std::string(complaint))));
}

TEST(SchemaTest, ReadsFeaturesOutcomesAndGroups) {
  const Schema schema = SmallSchema();
  EXPECT_EQ(schema.name, "small");
  EXPECT_EQ(schema.version, 2u);
  ASSERT_EQ(schema.features.size(), 3u);
  const Feature& pressure = schema.features[0];
  EXPECT_EQ(pressure.kind, FeatureKind::kContinuous);
  EXPECT_EQ(pressure.unit, "mm[Hg]");
  EXPECT_EQ(pressure.range, (Range{60, 260}));
  EXPECT_EQ(pressure.question, "Blood pressure?");
  EXPECT_EQ(pressure.code, (Code{"http://loinc.org", "8480-6"}));
  EXPECT_EQ(schema.features[1].categories[1], (Category{"male", "Man", std::nullopt}));
  EXPECT_EQ(schema.outcomes[0].classes[1].label, "yes");
  EXPECT_EQ(schema.groups[1].label, "Second group");
}

TEST(SchemaTest, AsksGroupAfterGroup) {
  EXPECT_THAT(SmallSchema().AskingOrder(), ElementsAre(1, 2, 0));
}

TEST(SchemaTest, FindsByKey) {
  const Schema schema = SmallSchema();
  EXPECT_EQ(schema.FindFeature("grade"), 2);
  EXPECT_EQ(schema.FindFeature("nothing"), -1);
  EXPECT_EQ(schema.FindOutcome("ill"), 0);
}

TEST(SchemaTest, TellsAllErrorsAtOnceEachWithItsPlace) {
  const StatusOr<Schema> schema = ParseSchema(
      "schema = 's'\nversion = 0\n[[features]]\nkey = 'a'\nkind = 'continuous'\nunit = '1'\n"
      "rnage = { min = 0, max = 1 }\n[[features]]\nkey = 'a'\nkind = 'categorical'\n"
      "categories = [{ value = 'x' }]\n",
      "s.toml");
  EXPECT_EQ(Message(schema.status()),
            "s.toml:1:1: no [[outcomes]], expected one or more\n"
            "s.toml:2:1: 'version' is 0, expected 1 to 1000000\n"
            "s.toml:3:1: 'range' is missing, expected { min = ..., max = ... }: values outside are "
            "refused\n"
            "s.toml:7:1: unknown key 'rnage'; did you mean 'range'?\n"
            "s.toml:9:1: feature 'a' is there twice, expected once\n"
            "s.toml:11:1: 1 in 'categories', expected two or more");
}

TEST(SchemaTest, RefusesARangeThatIsEmpty) {
  ExpectComplaint(
      WithFeature("key = 'a'\nkind = 'continuous'\nunit = '1'\nrange = { min = 5, max = 5 }"),
      "s.toml:7:1: range from 5 to 5, expected min below max");
}

TEST(SchemaTest, RefusesAKindItDoesNotKnow) {
  ExpectComplaint(WithFeature("key = 'a'\nkind = 'continous'\nunit = '1'\n"
                              "range = { min = 0, max = 5 }"),
                  "kind 'continous', expected \"continuous\", \"categorical\", \"vector\", "
                  "\"series\" or \"image\"; did you mean 'continuous'?");
}

TEST(SchemaTest, RefusesANormalisationWithoutSpread) {
  ExpectComplaint(WithFeature("key = 'a'\nkind = 'continuous'\nunit = '1'\n"
                              "range = { min = 0, max = 5 }\nnormalisation = { mean = 1, sd = 0 }"),
                  "'sd' is 0, expected more than 0");
}

TEST(SchemaTest, RefusesAnInfiniteRange) {
  ExpectComplaint(
      WithFeature("key = 'a'\nkind = 'continuous'\nunit = '1'\nrange = { min = 0, max = inf }"),
      "'max' is inf, expected a finite number");
}

TEST(SchemaTest, RefusesCategoriesThatAreThereTwice) {
  ExpectComplaint(WithFeature("key = 'a'\nkind = 'categorical'\n"
                              "categories = [{ value = 'x' }, { value = 'x' }]"),
                  "value 'x' is there twice");
}

TEST(SchemaTest, RefusesARangeOfACategoricalFeature) {
  ExpectComplaint(WithFeature("key = 'a'\nkind = 'categorical'\nunit = 'kg'\n"
                              "categories = [{ value = 'x' }, { value = 'y' }]"),
                  "a categorical feature has no 'unit'");
}

TEST(SchemaTest, RefusesAGroupThatIsNotThere) {
  ExpectComplaint(WithFeature("key = 'a'\ngroup = 'g'\nkind = 'categorical'\n"
                              "categories = [{ value = 'x' }, { value = 'y' }]"),
                  "group 'g' is not among [[groups]]");
}

TEST(SchemaTest, RefusesAKeyWithASpace) {
  ExpectComplaint(WithFeature("key = 'a b'\nkind = 'categorical'\n"
                              "categories = [{ value = 'x' }, { value = 'y' }]"),
                  "'a b' is no key");
}

TEST(SchemaTest, RefusesACodeSystemItDoesNotKnow) {
  ExpectComplaint(WithFeature("key = 'a'\nkind = 'categorical'\n"
                              "categories = [{ value = 'x' }, { value = 'y' }]\n"
                              "code = { system = 'LONIC', code = '1' }"),
                  "code system 'LONIC' is unknown");
}

TEST(SchemaTest, RefusesAnEmptyFile) { ExpectComplaint("", "no [[features]]"); }

TEST(SchemaTest, RefusesBinaryGarbage) {
  EXPECT_THAT(ParseSchema(std::string("\x7f\x45\x4c\x46\0\x01\xff", 7), "s.toml"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("not TOML")));
}

TEST(SchemaTest, FindsACategoryByValueLabelOrNumber) {
  const Schema schema = SmallSchema();
  EXPECT_EQ(FindCategory(schema.features[1].categories, "male"), 1);
  EXPECT_EQ(FindCategory(schema.features[1].categories, "wOmAn"), 0);
  EXPECT_EQ(FindCategory(schema.features[2].categories, "3.0"), 2);
  EXPECT_EQ(FindCategory(schema.features[2].categories, "4"), -1);
}

TEST(SchemaTest, GivesTheArchitectureItsShapes) {
  const modn::Architecture architecture = ArchitectureOf(SmallSchema(), 8, 16);
  EXPECT_EQ(architecture.state, 8);
  EXPECT_EQ(architecture.schema_version, 2u);
  EXPECT_THAT(architecture.features,
              ElementsAre(modn::FeatureShape{"pressure", 1}, modn::FeatureShape{"sex", 2},
                          modn::FeatureShape{"grade", 3}));
  EXPECT_THAT(architecture.outcomes, ElementsAre(modn::OutcomeShape{"ill", 2}));
}

TEST(SchemaTest, TheExamplesOfTheRepositoryAreSchemas) {
  EXPECT_THAT(LoadSchema("examples/heart/schema.toml"), IsOk());
  EXPECT_THAT(LoadSchema("examples/icu/schema.toml"), IsOk());
  const StatusOr<Schema> multimodal = LoadSchema("examples/multimodal/schema.toml");
  ASSERT_THAT(multimodal, IsOk());
  EXPECT_THAT(LoadMapping("examples/multimodal/mapping.toml", *multimodal), IsOk());
}

TEST(SchemaTest, AnyDamageGivesASchemaOrAnError) {
  for (uint64_t seed = 1; seed <= 1000; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Random random(seed);
    std::string text(kSmallSchema);
    for (uint64_t change = 1 + random.Below(4); change-- > 0;) {
      const size_t at = random.Below(text.size());
      text.erase(at, random.Below(20));
      text.insert(random.Below(text.size()), 1, static_cast<char>(random.Below(256)));
    }
    const StatusOr<Schema> schema = ParseSchema(text, "s.toml");
    if (!schema.ok()) {
      EXPECT_THAT(schema, StatusIs(StatusCode::kInvalidArgument, HasSubstr("s.toml")));
    }
  }
}

}  // namespace
}  // namespace consilium::data
