#include "modules/modn/evaluation.h"

#include "gmock/gmock.h"
#include "tests/modules/modn/small_case.h"

namespace consilium::modn {
namespace {

using ::consilium::testing::RandomExamples;
using ::consilium::testing::RandomParameters;
using ::consilium::testing::SmallArchitecture;

const std::vector<int> kOrder = {2, 0, 3, 1};

std::vector<float> StateOf(const StepReading<float>& reading, size_t patient, size_t state) {
  const auto first = reading.states.begin() + static_cast<ptrdiff_t>(patient * state);
  return {first, first + static_cast<ptrdiff_t>(state)};
}

TEST(EvaluationTest, OnePatientsMissingValueChangesNobodyElseByABit) {
  const Architecture architecture = SmallArchitecture(30, 32);
  const std::vector<float> parameters = RandomParameters<float>(architecture, 1);
  const Examples complete = RandomExamples<float>(architecture, 90, 2);
  const std::vector<int> patients = AllOf(90);
  const auto before = ReadAtEnd<float>(architecture, parameters, complete, {patients, kOrder});
  for (const size_t missing : {size_t{0}, size_t{17}, size_t{70}}) {
    Examples examples = complete;
    for (auto& row : examples.values) row[missing] = NAN;
    const auto after = ReadAtEnd<float>(architecture, parameters, examples, {patients, kOrder});
    for (size_t i = 0; i < 90; ++i) {
      if (i == missing) continue;
      ASSERT_EQ(StateOf(after, i, 30), StateOf(before, i, 30)) << "patient " << i;
    }
  }
}

TEST(EvaluationTest, SkippingAQuestionEqualsANetworkWithoutIt) {
  Architecture whole = SmallArchitecture(30, 32);
  Examples examples = RandomExamples<float>(whole, 20, 2);
  for (float& value : examples.values[1]) value = NAN;
  Architecture part = whole;
  part.features.erase(part.features.begin() + 1);
  Examples part_examples = examples;
  part_examples.values.erase(part_examples.values.begin() + 1);
  const std::vector<int> patients = AllOf(20), part_order = {1, 0, 2};
  const auto skipped =
      ReadAtEnd<float>(whole, RandomParameters<float>(whole, 1), examples, {patients, kOrder});
  const auto without = ReadAtEnd<float>(part, RandomParameters<float>(part, 1), part_examples,
                                        {patients, part_order});
  EXPECT_EQ(skipped.states, without.states);
  EXPECT_EQ(skipped.probabilities, without.probabilities);
}

TEST(EvaluationTest, ReadsTheSameAtTheEndAsAfterTheLastStep) {
  const Architecture architecture = SmallArchitecture();
  const std::vector<float> parameters = RandomParameters<float>(architecture, 1);
  const Examples examples = RandomExamples<float>(architecture, 70, 2);
  const std::vector<int> patients = AllOf(70);
  const auto steps = ReadEveryStep<float>(architecture, parameters, examples, {patients, kOrder});
  const auto end = ReadAtEnd<float>(architecture, parameters, examples, {patients, kOrder});
  ASSERT_EQ(steps.size(), 5u);
  EXPECT_EQ(steps.back().states, end.states);
  EXPECT_EQ(steps.back().probabilities, end.probabilities);
}

TEST(EvaluationTest, ChangesAStateOnlyWhereTheQuestionWasAnswered) {
  const Architecture architecture = SmallArchitecture();
  const std::vector<float> parameters = RandomParameters<float>(architecture, 1);
  const Examples examples = RandomExamples<float>(architecture, 30, 2);
  const std::vector<int> patients = AllOf(30);
  const auto steps = ReadEveryStep<float>(architecture, parameters, examples, {patients, kOrder});
  for (size_t t = 0; t < kOrder.size(); ++t) {
    for (size_t i = 0; i < 30; ++i) {
      const float value = examples.values[static_cast<size_t>(kOrder[t])][i];
      const bool same = StateOf(steps[t], i, 5) == StateOf(steps[t + 1], i, 5);
      EXPECT_EQ(same, std::isnan(value)) << "step " << t << ", patient " << i;
    }
  }
}

}  // namespace
}  // namespace consilium::modn
