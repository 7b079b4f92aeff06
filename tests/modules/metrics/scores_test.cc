#include "modules/metrics/scores.h"

#include <cmath>
#include <vector>

#include "gmock/gmock.h"

namespace consilium {
namespace {

using ::testing::DoubleNear;
using ::testing::Eq;
using ::testing::Optional;

// Two classes, from the probability of class 1.
struct Binary {
  Binary(const std::vector<float>& ones, std::vector<int32_t> known) : labels(std::move(known)) {
    for (const float p : ones) {
      probabilities.push_back(1 - p);
      probabilities.push_back(p);
    }
  }
  operator Predictions() const { return {2, probabilities, labels}; }

  std::vector<float> probabilities;
  std::vector<int32_t> labels;
};

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

TEST(CalibrationErrorTest, ComparesConfidenceWithAccuracyBinByBin) {
  // Bin of .9: two patients, one right: |.5 - .9| of two. Bin of .6: one, right: |1 - .6| of one.
  EXPECT_THAT(CalibrationError(Binary({.9f, .9f, .6f}, {1, 0, 1})),
              Optional(DoubleNear((2 * 0.4 + 0.4) / 3, 1e-6)));
}

TEST(CalibrationErrorTest, IsZeroForCertaintyThatIsRight) {
  EXPECT_THAT(CalibrationError(Binary({1, 0}, {1, 0})), Optional(DoubleNear(0, 1e-12)));
}

TEST(NegativeLogLikelihoodTest, IsTheMeanAndFiniteAtZeroProbability) {
  EXPECT_THAT(NegativeLogLikelihood(Binary({.5f, .5f}, {1, 0})),
              Optional(DoubleNear(std::log(2), 1e-7)));
  EXPECT_THAT(NegativeLogLikelihood(Binary({0}, {1})),
              Optional(DoubleNear(12 * std::log(10), 1e-6)));
}

}  // namespace
}  // namespace consilium
