#include "base/random.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "server/data/examples.h"
#include "server/data/normalisation.h"
#include "server/data/schema.h"
#include "tests/server/data/modalities.h"
#include "tests/support/matchers.h"

namespace consilium::data {
namespace {

using ::consilium::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A schema of one feature and one outcome, with `feature` in the feature's table.
void ExpectComplaint(std::string_view feature, std::string_view complaint) {
  const std::string text = fmt::format(
      "schema = 's'\nversion = 1\n[[features]]\nkey = 'a'\n{}\n[[outcomes]]\nkey = 'o'\n"
      "classes = [{{ value = 'no' }}, {{ value = 'yes' }}]\n",
      feature);
  EXPECT_THAT(ParseSchema(text, "s.toml"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr(std::string(complaint))));
}

void ExpectOutcomeComplaint(std::string_view outcome, std::string_view complaint) {
  const std::string text = fmt::format(
      "schema = 's'\nversion = 1\n[[features]]\nkey = 'a'\nkind = 'image'\nwidth = 2\nheight = 2\n"
      "[[outcomes]]\nkey = 'o'\n{}\n",
      outcome);
  EXPECT_THAT(ParseSchema(text, "s.toml"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr(std::string(complaint))));
}

TEST(ModalitySchemaTest, ReadsAVectorWithNamedComponents) {
  const Schema schema = ModalitiesSchema();
  const Feature& labs = schema.features[2];
  EXPECT_EQ(labs.kind, FeatureKind::kVector);
  EXPECT_EQ(labs.width, 3);
  ASSERT_EQ(labs.components.size(), 3u);
  EXPECT_EQ(labs.components[0], (Component{"sodium", "Sodium", "mmol/L", "mmol/L", {100, 180}}));
  EXPECT_EQ(labs.components[1], (Component{"lactate", "lactate", "mmol/L", "mmol/L", {0, 200}}));
  EXPECT_EQ(labs.components[2], (Component{"ph", "ph", "1", "1", {6, 8}}));
  EXPECT_THAT(labs.encoder.hidden, ElementsAre(16, 8));
  EXPECT_TRUE(labs.encoder.state_first);
  EXPECT_EQ(ComponentKey(labs, 1), "labs.lactate");
}

TEST(ModalitySchemaTest, ReadsASeriesAndAnImage) {
  const Schema schema = ModalitiesSchema();
  const Feature& vitals = schema.features[3];
  EXPECT_EQ(vitals.kind, FeatureKind::kSeries);
  EXPECT_EQ(vitals.longest, 4);
  EXPECT_EQ(vitals.encoder.kind, modn::EncoderKind::kLstm);
  EXPECT_FALSE(vitals.encoder.residual);
  EXPECT_EQ(RangeOf(vitals, 1), (Range{0, 300}));
  EXPECT_EQ(ComponentKey(vitals, 1), "vitals.2");
  const Feature& scan = schema.features[4];
  EXPECT_EQ(scan.kind, FeatureKind::kImage);
  EXPECT_EQ(scan.width, 4);
  EXPECT_EQ(scan.height, 3);
}

TEST(ModalitySchemaTest, ReadsAnOutcomeThatIsANumber) {
  const Outcome stay = ModalitiesSchema().outcomes[1];
  EXPECT_TRUE(stay.continuous());
  EXPECT_EQ(stay.unit_label, "days");
  EXPECT_EQ(stay.range, (Range{0, 40}));
}

TEST(ModalitySchemaTest, GivesTheArchitectureItsShapes) {
  const modn::Architecture architecture = ArchitectureOf(ModalitiesSchema(), 8, 16);
  EXPECT_TRUE(modn::Validate(architecture).ok());
  EXPECT_EQ(architecture.features[2].modality, modn::Modality::kVector);
  EXPECT_EQ(architecture.features[3].encoder.kind, modn::EncoderKind::kLstm);
  EXPECT_EQ(architecture.features[4].height, 3);
  EXPECT_THAT(architecture.outcomes,
              ElementsAre(modn::OutcomeShape{"ill", 2, 5}, modn::OutcomeShape{"stay", 0}));
}

TEST(ModalitySchemaTest, RefusesAVectorOfNoWidth) {
  ExpectComplaint("kind = 'vector'\nrange = { min = 0, max = 1 }", "'width' is missing");
  ExpectComplaint("kind = 'vector'\nwidth = 0\nrange = { min = 0, max = 1 }",
                  "s.toml:6:1: 'width' is 0, expected 1 to 4096");
  ExpectComplaint("kind = 'vector'\nwidth = 99999999999\nrange = { min = 0, max = 1 }",
                  "'width' is 99999999999");
}

TEST(ModalitySchemaTest, RefusesComponentsThatDisagreeWithTheWidthOrEachOther) {
  ExpectComplaint(
      "kind = 'vector'\nwidth = 3\nrange = { min = 0, max = 1 }\n"
      "components = [{ key = 'x' }]",
      "1 components, expected as many as the 'width' of 3");
  ExpectComplaint(
      "kind = 'vector'\nrange = { min = 0, max = 1 }\n"
      "components = [{ key = 'x' }, { key = 'x' }]",
      "component 'x' is there twice");
}

TEST(ModalitySchemaTest, NeedsARangeOfEveryComponent) {
  ExpectComplaint("kind = 'series'\ncomponents = [{ key = 'x' }]", "'range' is missing");
  ExpectComplaint("kind = 'series'\ncomponents = [{ key = 'x', range = { min = 2, max = 1 } }]",
                  "range from 2 to 1");
}

TEST(ModalitySchemaTest, RefusesWhatAnotherKindHas) {
  ExpectComplaint("kind = 'image'\nwidth = 4\nheight = 4\nrange = { min = 0, max = 1 }",
                  "a feature of kind \"image\" has no 'range'");
  ExpectComplaint("kind = 'vector'\nwidth = 4\nheight = 4\nrange = { min = 0, max = 1 }",
                  "a feature of kind \"vector\" has no 'height'");
  ExpectComplaint("kind = 'continuous'\nunit = '1'\nrange = { min = 0, max = 1 }\nwidth = 2",
                  "a continuous feature has no 'width'");
}

TEST(ModalitySchemaTest, RefusesAnEncoderThatCannotTakeTheKind) {
  ExpectComplaint("kind = 'image'\nwidth = 4\nheight = 4\nencoder = { kind = 'gru' }",
                  "which a gru encoder cannot take");
  ExpectComplaint("kind = 'image'\nwidth = 4\nheight = 4\nencoder = { kind = 'grew' }",
                  "encoder 'grew', expected \"mlp\"");
  ExpectComplaint(
      "kind = 'vector'\nwidth = 4\nrange = { min = 0, max = 1 }\n"
      "encoder = { hidden = [1.5] }",
      "a hidden layer of 1.5");
}

TEST(ModalitySchemaTest, RefusesAnImageOfTooManyPixels) {
  ExpectComplaint("kind = 'image'\nwidth = 1024\nheight = 1024", "at most 65536 pixels");
  ExpectComplaint("kind = 'image'\nwidth = 4", "'height' is missing");
}

TEST(ModalitySchemaTest, RefusesAnOutcomeOfBothKinds) {
  ExpectOutcomeComplaint(
      "kind = 'continuous'\nunit = 'd'\nrange = { min = 0, max = 1 }\n"
      "classes = [{ value = 'no' }, { value = 'yes' }]",
      "a continuous outcome has no 'classes'");
  ExpectOutcomeComplaint("classes = [{ value = 'no' }, { value = 'yes' }]\nunit = 'd'",
                         "an outcome of classes has no 'unit'");
  ExpectOutcomeComplaint("kind = 'continuous'\nunit = 'd'", "'range' is missing");
  ExpectOutcomeComplaint("kind = 'number'\nclasses = [{ value = 'no' }, { value = 'yes' }]",
                         "kind 'number', expected \"classes\" or \"continuous\"");
}

TEST(ModalitySchemaTest, AnyDamageGivesASchemaThatFitsANetworkOrAnError) {
  for (uint64_t seed = 1; seed <= 1000; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Random random = Random::Named(seed, "damaged schema");
    std::string text(kModalitiesSchema);
    for (uint64_t change = 1 + random.Below(3); change-- > 0;) {
      const size_t at = random.Below(text.size());
      if (random.Below(2) == 0) text.erase(at, random.Below(8));
      text[random.Below(text.size())] = "0919-.,={}[]x\n"[random.Below(14)];
    }
    const StatusOr<Schema> schema = ParseSchema(text, "s.toml");
    if (!schema.ok()) continue;
    EXPECT_TRUE(modn::Validate(ArchitectureOf(*schema, 4, 4)).ok());
    EXPECT_EQ(NormalisationFromSchema(*schema).scales.size(), schema->features.size());
  }
}

}  // namespace
}  // namespace consilium::data
