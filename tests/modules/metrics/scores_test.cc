#include "modules/metrics/scores.h"

#include <cmath>
#include <vector>

#include "gmock/gmock.h"
#include "tests/modules/metrics/binary.h"

namespace consilium::metrics {
namespace {

using ::testing::DoubleNear;
using ::testing::Eq;
using ::testing::Optional;

TEST(AurocTest, CountsPairsInOrder) {
  // Positives .8 .4, negatives .6 .2: of four pairs only .4 < .6 is the wrong way round.
  EXPECT_THAT(Auroc(Binary({.8f, .4f, .6f, .2f}, {1, 1, 0, 0})), Optional(0.75));
}

TEST(AurocTest, CountsTiesHalf) {
  EXPECT_THAT(Auroc(Binary({.5f, .5f, .5f, .5f}, {1, 1, 0, 0})), Optional(0.5));
  EXPECT_THAT(Auroc(Binary({.5f, .5f, .1f}, {1, 0, 0})), Optional(0.75));
}

TEST(AurocTest, IsUndefinedWithOneClassOrNobody) {
  EXPECT_THAT(Auroc(Binary({.8f, .4f}, {1, 1})), Eq(std::nullopt));
  EXPECT_THAT(Auroc(Binary({}, {})), Eq(std::nullopt));
}

TEST(AurocTest, LeavesOutUnknownLabels) {
  EXPECT_THAT(Auroc(Binary({.8f, .4f, .6f, .2f, .9f}, {1, 1, 0, 0, -1})), Optional(0.75));
}

TEST(AurocTest, OfSeveralClassesIsTheMeanOverThoseDefined) {
  const std::vector<float> p = {.7f, .2f, .1f, .2f, .7f, .1f, .6f, .3f, .1f, .3f, .6f, .1f};
  const std::vector<int32_t> labels = {0, 1, 1, 0};
  // Class 0: positives .7 .3, negatives .2 .6: 3 of 4. Class 1: .7 .3 against .2 .6: 3 of 4.
  EXPECT_THAT(Auroc({3, p, labels}), Optional(0.75));
}

TEST(AveragePrecisionTest, SumsPrecisionOverTheRecallGained) {
  // From the largest: .8 is positive (1 of 1), .6 not, .4 is (2 of 3), .2 not.
  EXPECT_THAT(AveragePrecision(Binary({.8f, .4f, .6f, .2f}, {1, 1, 0, 0})),
              Optional(DoubleNear((1 + 2.0 / 3) / 2, 1e-12)));
}

TEST(AveragePrecisionTest, TakesTiesAtOnce) {
  EXPECT_THAT(AveragePrecision(Binary({.5f, .5f, .5f, .5f}, {1, 0, 0, 0})), Optional(.25));
  EXPECT_THAT(AveragePrecision(Binary({.5f, .5f, .5f, .5f}, {0, 0, 0, 1})), Optional(.25));
}

TEST(AveragePrecisionTest, IsUndefinedWithoutAPositive) {
  EXPECT_THAT(AveragePrecision(Binary({.5f, .1f}, {0, 0})), Eq(std::nullopt));
  EXPECT_THAT(AveragePrecision(Binary({}, {})), Eq(std::nullopt));
}

TEST(AveragePrecisionTest, OfSeveralClassesIsTheMeanOverThoseThatOccur) {
  const std::vector<float> p = {.7f, .2f, .1f, .2f, .7f, .1f, .6f, .3f, .1f, .3f, .6f, .1f};
  const std::vector<int32_t> labels = {0, 1, 1, 0};
  // Class 0: .7 is, .6 is not, .3 is (2 of 3), .2 is not; class 1 likewise.
  EXPECT_THAT(AveragePrecision({3, p, labels}), Optional(DoubleNear((1 + 2.0 / 3) / 2, 1e-12)));
}

TEST(MacroF1Test, IsTheMeanOverClasses) {
  // Predicted 1 1 0 0, labels 1 0 0 0. F1 of 0: 2*2/(2+3) = .8, of 1: 2/(2+1) = .667.
  EXPECT_THAT(MacroF1(Binary({.9f, .6f, .4f, .1f}, {1, 0, 0, 0})),
              Optional(DoubleNear((0.8 + 2.0 / 3) / 2, 1e-12)));
}

TEST(MacroF1Test, LeavesOutClassesThatDoNotOccur) {
  const std::vector<float> p = {.9f, .1f, 0, .2f, .8f, 0};
  const std::vector<int32_t> labels = {0, 1};
  EXPECT_THAT(MacroF1({3, p, labels}), Optional(1.0));
}

TEST(AccuracyTest, IsTheShareDecidedRight) {
  EXPECT_THAT(Accuracy(Binary({.9f, .6f, .4f, .1f}, {1, 0, 0, 0})), Optional(0.75));
  EXPECT_THAT(Accuracy(Binary({.9f}, {-1})), Eq(std::nullopt));
}

TEST(BalancedAccuracyTest, IsTheMeanOverClassesOfTheShareDecidedRight) {
  EXPECT_THAT(BalancedAccuracy(Binary({.9f, .6f, .4f, .1f}, {1, 0, 0, 0})),
              Optional(DoubleNear((1 + 2.0 / 3) / 2, 1e-12)));
  EXPECT_THAT(BalancedAccuracy(Binary({.9f}, {-1})), Eq(std::nullopt));
}

TEST(CalibrationErrorTest, ComparesConfidenceWithAccuracyBinByBin) {
  // Bin of .9: two patients, one right: |.5 - .9| of two. Bin of .6: one, right: |1 - .6| of one.
  EXPECT_THAT(CalibrationError(Binary({.9f, .9f, .6f}, {1, 0, 1})),
              Optional(DoubleNear((2 * 0.4 + 0.4) / 3, 1e-6)));
}

TEST(CalibrationErrorTest, IsZeroForCertaintyThatIsRight) {
  EXPECT_THAT(CalibrationError(Binary({1, 0}, {1, 0})), Optional(DoubleNear(0, 1e-12)));
}

TEST(EqualMassCalibrationErrorTest, KeepsPatientsOfEqualConfidenceTogether) {
  // Two bins: the three of .9, of whom two are right, and the one of .6, who is.
  EXPECT_THAT(EqualMassCalibrationError(Binary({.9f, .9f, .9f, .6f}, {1, 0, 1, 1}), 2),
              Optional(DoubleNear((3 * (.9 - 2.0 / 3) + .4) / 4, 1e-6)));
}

TEST(BrierScoreTest, IsTheMeanSquaredMiss) {
  EXPECT_THAT(BrierScore(Binary({.75f, .5f, .3f}, {1, 0, -1})),
              Optional(DoubleNear((.0625 + .25) / 2, 1e-7)));
  const std::vector<float> p = {.5f, .25f, .25f};
  EXPECT_THAT(BrierScore({3, p, std::vector<int32_t>{0}}), Optional(DoubleNear(.375, 1e-7)));
  EXPECT_THAT(BrierScore(Binary({}, {})), Eq(std::nullopt));
}

TEST(ScoresTest, AreAllUndefinedForANaNOrSizesThatDoNotFit) {
  const float nan = std::nanf("");
  const std::vector<float> three = {.5f, .5f, .5f};
  const std::vector<int32_t> labels = {0, 1};
  const Binary with_nan({.5f, nan}, {0, 1});
  for (const Predictions& broken : {Predictions(with_nan), Predictions{2, three, labels},
                                    Predictions{0, {}, {}}, Predictions{-1, {}, {}}}) {
    for (const auto score : {Auroc, AveragePrecision, MacroF1, Accuracy, BalancedAccuracy,
                             BrierScore, NegativeLogLikelihood}) {
      EXPECT_THAT(score(broken), Eq(std::nullopt));
    }
    EXPECT_THAT(CalibrationError(broken), Eq(std::nullopt));
    EXPECT_THAT(EqualMassCalibrationError(broken), Eq(std::nullopt));
  }
}

TEST(NegativeLogLikelihoodTest, IsTheMeanAndFiniteAtZeroProbability) {
  EXPECT_THAT(NegativeLogLikelihood(Binary({.5f, .5f}, {1, 0})),
              Optional(DoubleNear(std::log(2), 1e-7)));
  EXPECT_THAT(NegativeLogLikelihood(Binary({0}, {1})),
              Optional(DoubleNear(12 * std::log(10), 1e-6)));
}

}  // namespace
}  // namespace consilium::metrics
