#include "server/training/calibration.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "base/random.h"
#include "gmock/gmock.h"
#include "modules/metrics/log_odds_histogram.h"
#include "modules/metrics/scores.h"
#include "modules/modn/evaluation.h"
#include "server/training/calibration_sums.h"
#include "tests/support/matchers.h"

namespace consilium::training {
namespace {

using consilium::testing::IsOk;
using consilium::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kFeatures = 9;
constexpr size_t kCells = 8;  // 0, 1, 2, 3, 4, 5, 6-7, 8-9

modn::Architecture OneOutcome(int classes = 2) {
  modn::Architecture architecture;
  architecture.state = 8;
  architecture.hidden = 8;
  for (int f = 0; f < kFeatures; ++f) {
    architecture.features.push_back({.key = "feature_" + std::to_string(f)});
  }
  architecture.outcomes = {{.key = "outcome", .classes = classes}};
  return architecture;
}

std::vector<float> RandomNetwork(const modn::Architecture& architecture) {
  const nn::Layout layout = modn::MakeLayout(architecture);
  std::vector<float> parameters(layout.size());
  modn::Initialise<float>(architecture, layout, 3, parameters);
  for (float& p : parameters) p *= 1.7f;
  return parameters;
}

// Patients whose true log-odds are half of what the network says, less one; then a fifth of the
// answers is lost.
modn::Examples PatientsOf(const modn::Architecture& architecture, std::span<const float> network,
                          int count, uint64_t seed) {
  Random random = Random::Named(seed, "patients");
  modn::Examples patients = modn::NoAnswers<float>(architecture, count);
  for (std::vector<float>& values : patients.values) {
    for (float& value : values) value = static_cast<float>(random.Normal());
  }
  const std::vector<int> everybody = modn::AllOf(count), order = modn::AllOf(kFeatures);
  const auto reading = modn::ReadAtEnd<float>(architecture, network, patients,
                                              {.patients = everybody, .order = order});
  const auto classes = static_cast<size_t>(architecture.outcomes[0].classes);
  for (size_t i = 0; i < patients.labels[0].size(); ++i) {
    const auto row = std::span(reading.probabilities[0]).subspan(i * classes, classes);
    for (int32_t c = static_cast<int32_t>(classes) - 1; c >= 0; --c) {
      patients.labels[0][i] = c;
      const double truth = 0.5 * metrics::LogOdds(row, static_cast<size_t>(c)) - 1;
      if (random.Uniform() < 1 / (1 + std::exp(-truth))) break;
    }
  }
  for (std::vector<float>& values : patients.values) {
    for (float& value : values) {
      if (random.Uniform() < 0.2) value = std::numeric_limits<float>::quiet_NaN();
    }
  }
  return patients;
}

Calibration Fitted(const modn::Architecture& architecture, std::span<const float> network,
                   int patients, uint64_t seed) {
  const modn::Examples validation = PatientsOf(architecture, network, patients, seed);
  return *FitCalibration(
      architecture, 0.9,
      CalibrationSumsOf(architecture, network, validation, Asked::kInRandomOrder, seed));
}

TEST(AnswerCellsTest, WidenByAThird) {
  EXPECT_THAT(AnswerCells(13), ElementsAre(0, 1, 2, 3, 4, 5, 6, 8, 10, 13));
  EXPECT_THAT(AnswerCells(0), ElementsAre(0));
}

TEST(CalibrationSumsTest, CountEachPatientOnceInEveryCellItReaches) {
  const modn::Architecture architecture = OneOutcome();
  const std::vector<float> network = RandomNetwork(architecture);
  modn::Examples patients = PatientsOf(architecture, network, 100, 1);
  patients.labels[0][0] = modn::kUnknownLabel;
  const std::vector<double> sums =
      CalibrationSumsOf(architecture, network, patients, Asked::kInRandomOrder, 1);
  ASSERT_THAT(sums, SizeIs(kCells * 2 * metrics::kLogOddsBins));
  const std::vector<int> cells = AnswerCells(kFeatures);
  for (size_t cell = 0; cell < kCells; ++cell) {
    int reaching = 0;
    for (size_t i = 1; i < 100; ++i) {
      int answers = 0;
      for (const auto& values : patients.values) answers += std::isnan(values[i]) ? 0 : 1;
      reaching += answers >= cells[cell] ? 1 : 0;
    }
    const auto begin = sums.begin() + static_cast<std::ptrdiff_t>(cell * 2 * metrics::kLogOddsBins);
    EXPECT_EQ(std::accumulate(begin, begin + 2 * metrics::kLogOddsBins, 0.0), reaching)
        << "cell " << cell;
  }
}

TEST(CalibrationTest, MakesTheLastPredictionsHonest) {
  const modn::Architecture architecture = OneOutcome();
  const std::vector<float> network = RandomNetwork(architecture);
  const Calibration calibration = Fitted(architecture, network, 4000, 5);
  const modn::Examples fresh = PatientsOf(architecture, network, 4000, 6);
  const std::vector<int> everybody = modn::AllOf(4000), order = modn::AllOf(kFeatures);
  auto reading =
      modn::ReadAtEnd<float>(architecture, network, fresh, {.patients = everybody, .order = order});
  std::vector<float>& p = reading.probabilities[0];
  EXPECT_GT(*metrics::CalibrationError({2, p, fresh.labels[0]}), 0.08);
  for (size_t i = 0; i < 4000; ++i) {
    int answers = 0;
    for (const auto& values : fresh.values) answers += std::isnan(values[i]) ? 0 : 1;
    Recalibrate(*calibration.Find(0, answers), std::span(p).subspan(2 * i, 2));
  }
  EXPECT_LT(*metrics::CalibrationError({2, p, fresh.labels[0]}), 0.03);
}

// By number of answers and by class.
struct Coverage {
  std::vector<std::vector<double>> covered, seen;
};

// Counts 300 new patients, each asked in a random order: after each of up to five answers, which
// are cells of their own, and after all if these are in the last cell.
void CountNew(const modn::Architecture& architecture, std::span<const float> network,
              const Calibration& calibration, uint64_t seed, Coverage& coverage) {
  const modn::Examples fresh = PatientsOf(architecture, network, 300, seed);
  Random random = Random::Named(seed, "orders");
  for (int patient = 0; patient < 300; ++patient) {
    const std::vector<int> batch = {patient}, order = random.Permutation(kFeatures);
    const auto readings = modn::ReadEveryStep<float>(architecture, network, fresh,
                                                     {.patients = batch, .order = order});
    const int32_t label = fresh.labels[0][static_cast<size_t>(patient)];
    std::vector<size_t> step_after = {0};
    for (size_t step = 1; step < readings.size(); ++step) {
      const float value =
          fresh.values[static_cast<size_t>(order[step - 1])][static_cast<size_t>(patient)];
      if (!std::isnan(value)) step_after.push_back(step);
    }
    for (size_t k = 0; k < step_after.size(); ++k) {
      if (k > 5 && (k < 8 || k + 1 < step_after.size())) continue;
      const auto set = ConformalSet(*calibration.Find(0, static_cast<int>(k)),
                                    readings[step_after[k]].probabilities[0]);
      const size_t at = std::min<size_t>(k, 6);
      ++coverage.seen[at][static_cast<size_t>(label)];
      coverage.covered[at][static_cast<size_t>(label)] += std::ranges::count(set, label) > 0;
    }
  }
}

void ExpectCoverage(int classes) {
  const modn::Architecture architecture = OneOutcome(classes);
  const std::vector<float> network = RandomNetwork(architecture);
  const std::vector<std::vector<double>> zeros(7,
                                               std::vector<double>(static_cast<size_t>(classes)));
  Coverage coverage{zeros, zeros};
  constexpr uint64_t kTimes = 20;
  for (uint64_t seed = 1; seed <= kTimes; ++seed) {
    const Calibration calibration = Fitted(architecture, network, 1200, 100 + seed);
    ASSERT_THAT(calibration.outcomes[0], SizeIs(kCells));
    CountNew(architecture, network, calibration, 200 + seed, coverage);
  }
  for (size_t k = 0; k < 7; ++k) {
    for (size_t c = 0; c < static_cast<size_t>(classes); ++c) {
      const double seen = coverage.seen[k][c];
      // New patients vary, and so does each calibration, whose luck all its new patients share.
      const double error = std::sqrt(.09 / seen + .09 / (2 * seen));
      EXPECT_GE(coverage.covered[k][c] / seen, .9 - 3 * error)
          << k << " answers, class " << c << " of " << seen << " patients";
      if (k > 0 && seen > 5000) {  // not all alike, and too many for the ranks to be coarse
        EXPECT_LE(coverage.covered[k][c] / seen, .96) << k << " answers, class " << c;
      }
    }
  }
}

TEST(CalibrationTest, CoversEachClassAfterAnyNumberOfAnswersAsStated) { ExpectCoverage(2); }

TEST(CalibrationTest, CoversEachOfThreeClassesAsStated) { ExpectCoverage(3); }

TEST(CalibrationTest, PoolsNumbersOfAnswersUntilThereAreEnough) {
  const modn::Architecture architecture = OneOutcome();
  const std::vector<float> network = RandomNetwork(architecture);
  EXPECT_THAT(Fitted(architecture, network, 20, 1).outcomes[0], SizeIs(1));
  const auto many = Fitted(architecture, network, 2000, 1).outcomes[0];
  EXPECT_THAT(many, SizeIs(kCells));
  EXPECT_EQ(many[0].patients, 2000);
  const auto some = Fitted(architecture, network, 150, 1).outcomes[0];
  EXPECT_GT(some.size(), 1u);
  EXPECT_LT(some.size(), kCells);
  EXPECT_EQ(some[0].from, 0);
}

TEST(CalibrationTest, LeavesAnOutcomeOfOneClassAsItIsAndExcludesNothingItCannot) {
  const modn::Architecture architecture = OneOutcome();
  const std::vector<float> network = RandomNetwork(architecture);
  modn::Examples patients = PatientsOf(architecture, network, 300, 1);
  std::fill(patients.labels[0].begin(), patients.labels[0].end(), 0);
  const auto sums = CalibrationSumsOf(architecture, network, patients, Asked::kInRandomOrder, 1);
  const Calibration calibration = *FitCalibration(architecture, 0.9, sums);
  for (const CalibrationBand& band : calibration.outcomes[0]) {
    EXPECT_THAT(band.recalibrations, ElementsAre(metrics::Recalibration{}));
    EXPECT_NE(band.floors[0], std::nullopt);
    EXPECT_EQ(band.floors[1], std::nullopt);  // class 1 was never seen: it stays possible
  }
}

TEST(CalibrationTest, HasNoBandsForAnOutcomeNobodyKnows) {
  const modn::Architecture architecture = OneOutcome();
  const std::vector<double> nothing(CalibrationSumsSize(architecture));
  const Calibration calibration = *FitCalibration(architecture, 0.9, nothing);
  EXPECT_THAT(calibration.outcomes, ElementsAre(IsEmpty()));
  EXPECT_EQ(calibration.Find(0, 3), nullptr);
  EXPECT_THAT(Validate(calibration, architecture), IsOk());
}

TEST(CalibrationTest, RefusesSumsThatAreNone) {
  const modn::Architecture architecture = OneOutcome();
  std::vector<double> sums(CalibrationSumsSize(architecture));
  sums[7] = -1;
  EXPECT_THAT(FitCalibration(architecture, 0.9, sums), StatusIs(StatusCode::kInvalidArgument));
  sums[7] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(FitCalibration(architecture, 0.9, sums), StatusIs(StatusCode::kInvalidArgument));
  sums.pop_back();
  EXPECT_THAT(FitCalibration(architecture, 0.9, sums), StatusIs(StatusCode::kInvalidArgument));
}

TEST(CalibrationTest, RefusesPartsThatDoNotFit) {
  const modn::Architecture architecture = OneOutcome();
  const Calibration good = Fitted(architecture, RandomNetwork(architecture), 300, 1);
  EXPECT_THAT(Validate(good, architecture), IsOk());
  Calibration bad = good;
  bad.outcomes[0][0].recalibrations[0].slope = 0;
  EXPECT_THAT(Validate(bad, architecture), StatusIs(StatusCode::kInvalidArgument));
  bad = good;
  bad.outcomes[0][0].floors[1] = std::numeric_limits<double>::infinity();
  EXPECT_THAT(Validate(bad, architecture), StatusIs(StatusCode::kInvalidArgument));
  bad = good;
  bad.outcomes[0][0].floors.pop_back();
  EXPECT_THAT(Validate(bad, architecture), StatusIs(StatusCode::kInvalidArgument));
  bad = good;
  bad.outcomes.emplace_back();
  EXPECT_THAT(Validate(bad, architecture), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(Validate(Calibration{}, architecture), IsOk());
}

}  // namespace
}  // namespace consilium::training
