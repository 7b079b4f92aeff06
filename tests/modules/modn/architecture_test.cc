#include "modules/modn/architecture.h"

#include "gmock/gmock.h"
#include "tests/modules/modn/small_case.h"
#include "tests/support/matchers.h"

namespace consilium::modn {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::RandomParameters;
using ::consilium::testing::SmallArchitecture;
using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;

TEST(ArchitectureTest, LaysModulesOutInTheOrderOfTheirIndices) {
  const Architecture architecture = SmallArchitecture();
  const nn::Layout layout = MakeLayout(architecture);
  ASSERT_EQ(layout.modules().size(), 7u);
  EXPECT_EQ(layout.modules()[StateModule()].id.kind, nn::ModuleKind::kState);
  EXPECT_EQ(layout.modules()[EncoderModule(1)].id.key, "pain");
  EXPECT_EQ(layout.modules()[EncoderModule(1)].tensors[0], (nn::TensorShape{"w1", 7, 3 + 5}));
  EXPECT_EQ(layout.modules()[static_cast<size_t>(DecoderModule(architecture, 1))].id.key,
            "severity");
}

TEST(ArchitectureTest, GivesAModuleTheSameStartWhateverOtherModulesExist) {
  const Architecture whole = SmallArchitecture();
  Architecture part = whole;
  part.features = {whole.features[3]};
  part.outcomes = {whole.outcomes[1]};
  const nn::Layout whole_layout = MakeLayout(whole), part_layout = MakeLayout(part);
  const std::vector<float> whole_values = RandomParameters<float>(whole, 7);
  const std::vector<float> part_values = RandomParameters<float>(part, 7);
  for (size_t m = 0; m < part_layout.modules().size(); ++m) {
    const int other = whole_layout.Find(part_layout.modules()[m].id);
    ASSERT_GE(other, 0);
    const auto a =
        nn::Slice<const float>(part_values, part_layout.module_block(static_cast<int>(m)));
    const auto b = nn::Slice<const float>(whole_values, whole_layout.module_block(other));
    EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end())) << "module " << m;
  }
}

TEST(ArchitectureTest, StartsDifferentlyWithAnotherSeed) {
  EXPECT_NE(RandomParameters<float>(SmallArchitecture(), 1),
            RandomParameters<float>(SmallArchitecture(), 2));
}

TEST(ArchitectureTest, RefusesWhatCannotBeANetwork) {
  EXPECT_THAT(Validate(SmallArchitecture()), IsOk());
  Architecture wrong = SmallArchitecture();
  wrong.state = 0;
  EXPECT_THAT(Validate(wrong), StatusIs(StatusCode::kInvalidArgument, HasSubstr("state of 0")));
  wrong = SmallArchitecture();
  wrong.outcomes.clear();
  EXPECT_THAT(Validate(wrong), StatusIs(StatusCode::kInvalidArgument, HasSubstr("no outcome")));
  wrong = SmallArchitecture();
  wrong.features[1].key = "age";
  EXPECT_THAT(Validate(wrong), StatusIs(StatusCode::kInvalidArgument, HasSubstr("'age'")));
  wrong = SmallArchitecture();
  wrong.outcomes[0].classes = 1;
  EXPECT_THAT(Validate(wrong), StatusIs(StatusCode::kInvalidArgument, HasSubstr("1 classes")));
}

TEST(ExamplesTest, RefuseWhatTheNetworkCannotTake) {
  const Architecture architecture = SmallArchitecture();
  const Examples right = testing::RandomExamples<float>(architecture, 6, 1);
  EXPECT_THAT(Validate(architecture, right), IsOk());
  Examples wrong = right;
  wrong.values[1][2] = 3;
  EXPECT_THAT(Validate(architecture, wrong),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("'pain'")));
  wrong = right;
  wrong.values[0][0] = INFINITY;
  EXPECT_THAT(Validate(architecture, wrong),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("infinite")));
  wrong = right;
  wrong.labels[0][0] = 2;
  EXPECT_THAT(Validate(architecture, wrong),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("'disease'")));
  wrong = right;
  wrong.values[3].pop_back();
  EXPECT_THAT(Validate(architecture, wrong), StatusIs(StatusCode::kInvalidArgument));
}

FeatureShape Series(std::string key, int width) {
  return {std::move(key), width, Modality::kSeries};
}

TEST(FeatureShapeTest, RefusesAnEncoderThatCannotTakeTheModality) {
  FeatureShape feature = Series("pulse", 2);
  EXPECT_THAT(Validate(feature), IsOk());
  feature.encoder.kind = EncoderKind::kConvolution;
  EXPECT_THAT(Validate(feature),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("convolution encoder cannot take")));
  const FeatureShape image = {"scan", 8, Modality::kImage};
  EXPECT_THAT(Validate(image), StatusIs(StatusCode::kInvalidArgument, HasSubstr("0 x 8")));
}

TEST(ExamplesTest, RefuseAPayloadOfTheWrongLengthOrWithAGap) {
  Architecture architecture = SmallArchitecture();
  architecture.features.push_back(Series("pulse", 2));
  Examples right = NoAnswers<float>(architecture, 2);
  right.values[4][0] = 2;
  right.payloads[4] = {{1, 2, 3, 4}, {0, 4, 4}};
  EXPECT_THAT(Validate(architecture, right), IsOk());
  Examples wrong = right;
  wrong.payloads[4] = {{1, 2, 3}, {0, 3, 3}};
  EXPECT_THAT(Validate(architecture, wrong),
              StatusIs(StatusCode::kInvalidArgument,
                       HasSubstr("series 'pulse' has 3 numbers for a patient, expected one or")));
  wrong = right;
  wrong.values[4][0] = 1;
  EXPECT_THAT(Validate(architecture, wrong), StatusIs(StatusCode::kInvalidArgument));
  wrong = right;
  wrong.payloads[4].numbers[2] = NAN;
  EXPECT_THAT(Validate(architecture, wrong),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("missing or infinite")));
  wrong = right;
  wrong.payloads.clear();
  EXPECT_THAT(Validate(architecture, wrong), StatusIs(StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace consilium::modn
