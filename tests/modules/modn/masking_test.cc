#include "modules/modn/masking.h"

#include <cmath>

#include "base/random.h"
#include "gmock/gmock.h"
#include "modules/metrics/scores.h"
#include "modules/modn/evaluation.h"
#include "modules/modn/training.h"

namespace consilium::modn {
namespace {

Architecture OfNumbers(int features, std::vector<int> classes) {
  Architecture architecture;
  architecture.state = 10;
  architecture.hidden = 12;
  for (int f = 0; f < features; ++f) architecture.features.push_back({"f" + std::to_string(f), 1});
  for (size_t o = 0; o < classes.size(); ++o) {
    architecture.outcomes.push_back({"o" + std::to_string(o), classes[o]});
  }
  return architecture;
}

// Correlated outcomes, a tenth of the labels unknown, and for each feature and joint class a
// missing rate of its own.
Examples MissingByClass(const Architecture& architecture, int patients, uint64_t seed) {
  Random random(seed);
  Examples examples = NoAnswers<float>(architecture, patients);
  std::vector<std::vector<double>> missing(architecture.features.size());
  for (std::vector<double>& rates : missing) {
    for (int cell = 0; cell < 64; ++cell) rates.push_back(0.8 * random.Uniform());
  }
  for (size_t i = 0; i < static_cast<size_t>(patients); ++i) {
    const double severity = random.Normal();
    size_t cell = 0;
    for (size_t o = 0; o < examples.labels.size(); ++o) {
      const int classes = architecture.outcomes[o].classes;
      const double shifted = severity + 0.7 * random.Normal();
      const int label = std::clamp(static_cast<int>(std::floor(shifted + 1)), 0, classes - 1);
      cell = cell * 4 + static_cast<size_t>(label);
      examples.labels[o][i] = random.Below(10) == 0 ? kUnknownLabel : label;
    }
    for (size_t f = 0; f < missing.size(); ++f) {
      if (random.Uniform() >= missing[f][cell % 64]) {
        examples.values[f][i] = static_cast<float>(random.Normal());
      }
    }
  }
  return examples;
}

struct ClassRate {
  double patients = 0, observed = 0, kept = 0, variance = 0;
};

// By class of one outcome: how often the feature is observed and how often it is kept.
std::vector<ClassRate> RatesOf(const Examples& examples, size_t feature, size_t outcome,
                               const std::function<double(int)>& kept) {
  std::vector<ClassRate> rates(4);
  for (int i = 0; i < examples.patients; ++i) {
    const int32_t label = examples.labels[outcome][static_cast<size_t>(i)];
    if (label < 0) continue;
    ClassRate& rate = rates[static_cast<size_t>(label)];
    ++rate.patients;
    if (std::isnan(examples.values[feature][static_cast<size_t>(i)])) continue;
    ++rate.observed;
    const double keep = kept(i);
    rate.kept += keep;
    rate.variance += keep * (1 - keep);
  }
  return rates;
}

class EqualisationTest : public ::testing::TestWithParam<std::vector<int>> {};

TEST_P(EqualisationTest, MakesEveryFeatureMissingEquallyOftenInEveryClassOfEveryOutcome) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(seed);
    const Architecture architecture = OfNumbers(5, GetParam());
    const Examples examples = MissingByClass(architecture, 3000, seed);
    const ClassEqualisation equalisation(examples, AllOf(examples.patients));
    for (size_t f = 0; f < 5; ++f) {
      for (size_t o = 0; o < GetParam().size(); ++o) {
        const auto kept = [&](int i) { return 1 - equalisation.Chance(static_cast<int>(f), i); };
        double first = -1;
        for (const ClassRate& rate : RatesOf(examples, f, o, kept)) {
          if (rate.patients < ClassEqualisation::kFewestPatients) continue;
          const double share = rate.kept / rate.patients;
          if (first < 0) first = share;
          EXPECT_GT(share, 0.02);
          EXPECT_NEAR(share, first, 1e-6) << "feature " << f << ", outcome " << o;
        }
      }
    }
  }
}

TEST_P(EqualisationTest, DrawsAnewEveryTimeWithinSamplingError) {
  const Architecture architecture = OfNumbers(5, GetParam());
  const Examples examples = MissingByClass(architecture, 3000, 7);
  const std::vector<int> patients = AllOf(examples.patients);
  const ClassEqualisation equalisation(examples, patients);
  Random random(11);
  std::vector<std::vector<uint8_t>> draws(20, std::vector<uint8_t>(5 * patients.size()));
  for (auto& hidden : draws) equalisation.Hide(patients, random, hidden);
  EXPECT_NE(draws[0], draws[1]);
  for (size_t f = 0; f < 5; ++f) {
    for (size_t o = 0; o < GetParam().size(); ++o) {
      const auto chance = [&](int i) { return 1 - equalisation.Chance(static_cast<int>(f), i); };
      const std::vector<ClassRate> expected = RatesOf(examples, f, o, chance);
      const auto drawn = [&](int i) {
        double kept = 0;
        for (const auto& hidden : draws) {
          kept += hidden[f * patients.size() + static_cast<size_t>(i)] == 0;
        }
        return kept / 20;
      };
      const std::vector<ClassRate> sampled = RatesOf(examples, f, o, drawn);
      for (size_t c = 0; c < expected.size(); ++c) {
        EXPECT_NEAR(sampled[c].kept, expected[c].kept,
                    4.5 * std::sqrt(expected[c].variance / 20) + 1e-9);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Outcomes, EqualisationTest,
                         ::testing::Values(std::vector<int>{2}, std::vector<int>{3},
                                           std::vector<int>{2, 2}, std::vector<int>{2, 3, 2}));

TEST(MaskingTest, LeavesTheClassThatLacksTheFeatureMostAsItIs) {
  const Architecture architecture = OfNumbers(1, {2});
  Examples examples = NoAnswers<float>(architecture, 200);
  for (size_t i = 0; i < 200; ++i) {
    examples.labels[0][i] = i < 100 ? 0 : 1;
    if (i < 80 || (i >= 100 && i < 120)) examples.values[0][i] = 1;
  }
  const ClassEqualisation equalisation(examples, AllOf(200));
  EXPECT_NEAR(equalisation.Chance(0, 0), 0.75, 1e-9);  // 80 of 100 against 20 of 100
  EXPECT_NEAR(equalisation.Chance(0, 100), 0, 1e-9);
}

// Within each of two outcomes the feature is observed for half of either class, but not so in their
// joint classes. `scale` multiplies the number of patients.
Examples EqualInEachOutcomeAlone(const Architecture& architecture, size_t scale) {
  struct Cell {
    int32_t first, second;
    size_t patients, observed;
  };
  Examples examples = NoAnswers<float>(architecture, static_cast<int>(220 * scale));
  size_t i = 0;
  for (const Cell& cell : {Cell{0, 0, 100, 45}, {1, 0, 100, 55}, {0, 1, 10, 10}, {1, 1, 10, 0}}) {
    for (size_t k = 0; k < cell.patients * scale; ++k, ++i) {
      examples.labels[0][i] = cell.first;
      examples.labels[1][i] = cell.second;
      if (k < cell.observed * scale) examples.values[0][i] = 1;
    }
  }
  return examples;
}

TEST(MaskingTest, EqualisesOverJointClassesOnlyWhereEachHasEnoughPatients) {
  const Architecture architecture = OfNumbers(1, {2, 2});
  const Examples few = EqualInEachOutcomeAlone(architecture, 1);
  EXPECT_NEAR(ClassEqualisation(few, AllOf(few.patients)).Chance(0, 0), 0, 1e-9);
  const Examples enough = EqualInEachOutcomeAlone(architecture, 2);
  EXPECT_NEAR(ClassEqualisation(enough, AllOf(enough.patients)).Chance(0, 0), 1, 1e-9);
}

TEST(MaskingTest, HidesAFeatureThatAClassNeverHasFromAll) {
  const Architecture architecture = OfNumbers(2, {2});
  Examples examples = NoAnswers<float>(architecture, 100);
  for (size_t i = 0; i < 100; ++i) {
    examples.labels[0][i] = i < 50 ? 0 : 1;
    if (i < 50) examples.values[0][i] = 1;
  }
  const ClassEqualisation equalisation(examples, AllOf(100));
  EXPECT_EQ(equalisation.Chance(0, 0), 1);
  EXPECT_EQ(equalisation.Chance(1, 0), 0);  // nobody has it: nothing to hide
}

TEST(MaskingTest, IsNotLedByAClassOfFewPatients) {
  const Architecture architecture = OfNumbers(1, {3});
  Examples examples = NoAnswers<float>(architecture, 103);
  for (size_t i = 0; i < 103; ++i) {
    examples.labels[0][i] = i < 50 ? 0 : i < 100 ? 1 : 2;
    if (i < 100) examples.values[0][i] = 1;
  }
  const ClassEqualisation equalisation(examples, AllOf(103));
  EXPECT_EQ(equalisation.Chance(0, 0), 0);
  EXPECT_EQ(equalisation.Chance(0, 60), 0);
}

TEST(MaskingTest, HidesFeaturesTogetherThatAreMissingTogether) {
  const Architecture architecture = OfNumbers(3, {2});
  Examples examples = MissingByClass(architecture, 500, 3);
  examples.values[2] = examples.values[0];
  const std::vector<int> patients = AllOf(500);
  const ClassEqualisation equalisation(examples, patients);
  std::vector<uint8_t> hidden(3 * 500);
  Random random(1);
  equalisation.Hide(patients, random, hidden);
  const auto row = [&](size_t f) {
    return std::vector<uint8_t>(hidden.begin() + static_cast<ptrdiff_t>(f * 500),
                                hidden.begin() + static_cast<ptrdiff_t>((f + 1) * 500));
  };
  EXPECT_EQ(row(0), row(2));
  EXPECT_NE(row(0), row(1));
}

TEST(MaskingTest, LeavesPatientsOfUnknownOutcomeAsTheyAre) {
  const Architecture architecture = OfNumbers(1, {2});
  Examples examples = MissingByClass(architecture, 300, 5);
  examples.labels[0].assign(300, kUnknownLabel);
  const ClassEqualisation equalisation(examples, AllOf(300));
  for (int i = 0; i < 300; ++i) EXPECT_EQ(equalisation.Chance(0, i), 0);
}

// The first feature tells the outcome and is missing for four fifths of the class `lacking`.
Examples Biased(const Architecture& architecture, int lacking, uint64_t seed) {
  Random random(seed);
  Examples examples = NoAnswers<float>(architecture, 1500);
  for (size_t i = 0; i < 1500; ++i) {
    const int label = random.Uniform() < 0.4 ? 1 : 0;
    examples.labels[0][i] = label;
    const bool missing = label == lacking && random.Uniform() < 0.8;
    if (!missing) examples.values[0][i] = static_cast<float>(1.2 * label + random.Normal());
    examples.values[1][i] = static_cast<float>(0.7 * label + random.Normal());
  }
  return examples;
}

double AurocAfterTraining(Masking masking, int lacking_in_test) {
  const Architecture architecture = OfNumbers(2, {2});
  const Examples train = Biased(architecture, 1, 1);
  const Examples test = Biased(architecture, lacking_in_test, 2);
  std::vector<float> parameters(MakeLayout(architecture).size());
  Initialise<float>(architecture, MakeLayout(architecture), 3, parameters);
  Objective<float> objective(architecture, {});
  const auto adam = optim::NewAdam({}, parameters.size());
  TrainingPass pass(architecture, train, objective, *adam, {.masking = masking});
  for (uint64_t i = 0; i < 15; ++i) pass.Run(AllOf(1500), 5, i, 5e-3, {}, parameters);
  const std::vector<int> patients = AllOf(1500), order = {0, 1};
  const auto reading = ReadAtEnd<float>(architecture, parameters, test, {patients, order});
  return *metrics::Auroc({2, reading.probabilities[0], test.labels[0]});
}

TEST(MaskingTest, KeepsAModelFromLearningWhoIsMissingInsteadOfWhoIsIll) {
  EXPECT_GT(AurocAfterTraining(Masking::kNone, 1), 0.85);  // rewarded while the habit lasts
  EXPECT_LT(AurocAfterTraining(Masking::kNone, 0), 0.45);  // and worse than chance when it turns
  EXPECT_GT(AurocAfterTraining(Masking::kClassEqualised, 0), 0.65);
}

}  // namespace
}  // namespace consilium::modn
