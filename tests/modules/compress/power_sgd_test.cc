#include "modules/compress/power_sgd.h"

#include "gmock/gmock.h"
#include "tests/support/matchers.h"
#include "tests/support/random_values.h"

namespace consilium::compress {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::LargestDifference;
using ::consilium::testing::ModuleShape;
using ::consilium::testing::Norm;
using ::consilium::testing::RandomValues;
using ::consilium::testing::ShapeOf;
using ::consilium::testing::StatusIs;

// One round of one site alone.
template <typename Scalar>
std::vector<Scalar> Round(MeanCodec<Scalar>& codec, const std::vector<Scalar>& values) {
  codec.Begin(values);
  for (int phase = 0; phase < codec.phases(); ++phase) {
    codec.Absorb(phase, codec.Contribution(phase), true);
  }
  std::vector<Scalar> mean(values.size());
  codec.End(mean);
  return mean;
}

// docs/papers.md, PowerSGD: of a fixed matrix, warm-started iterations find the dominant part. The
// matrix is rank 2 plus little noise, so that what is left after some rounds is the noise.
TEST(PowerSgdTest, WarmStartFindsTheDominantPartOfAFixedMatrix) {
  const int n = 40, m = 30;
  Random random(2);
  const auto u = RandomValues<double>(2 * n, random), v = RandomValues<double>(2 * m, random);
  const auto noise = RandomValues<double>(n * m, random, 0.01);
  std::vector<double> matrix(noise);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < m; ++j) {
      matrix[i * m + j] += u[i] * v[j] + u[n + i] * v[m + j];
    }
  }
  const LowRankLayout layout = *PlanLowRank(ShapeOf({{{n, m}}}), 2, 2, 0);
  auto codec = MakePowerSgd<double>(layout, 2, 1);
  const std::vector<double> zeros(matrix.size(), 0.0);
  std::vector<double> sent(matrix.size(), 0.0);
  for (int round = 0; round < 3; ++round) {
    const std::vector<double> output = Round(*codec, round == 0 ? matrix : zeros);
    for (size_t k = 0; k < sent.size(); ++k) sent[k] += output[k];
  }
  for (size_t k = 0; k < sent.size(); ++k) sent[k] -= matrix[k];
  EXPECT_LT(Norm(sent), 1.01 * Norm(noise));
}

TEST(PowerSgdTest, ZerosGiveZerosAndTheNextValuesAreStillSeen) {
  const LowRankLayout layout = *PlanLowRank(ModuleShape(1), 2, 1, 2);
  auto codec = MakePowerSgd<float>(layout, 1, 1);
  const std::vector<float> zeros(layout.flat_size, 0.0f);
  for (int round = 0; round < 4; ++round) EXPECT_EQ(Round(*codec, zeros), zeros);
  Random random(4);
  const auto values = RandomValues<float>(layout.flat_size, random);
  const std::vector<float> output = Round(*codec, values);
  EXPECT_GT(Norm(output), 0.1 * Norm(values));
}

TEST(PowerSgdTest, ARestoredCodecGoesOnWithTheSameBits) {
  const LowRankLayout layout = *PlanLowRank(ModuleShape(2), 2, 1, 2);
  auto codec = MakePowerSgd<float>(layout, 1, 1);
  Random random(6);
  for (int round = 0; round < 3; ++round) {
    Round(*codec, RandomValues<float>(layout.flat_size, random));
  }
  auto restored = MakePowerSgd<float>(layout, 1, 1);
  ASSERT_THAT(restored->Restore(codec->State()), IsOk());
  for (int round = 0; round < 3; ++round) {
    const auto values = RandomValues<float>(layout.flat_size, random);
    EXPECT_EQ(Round(*codec, values), Round(*restored, values));
  }
  EXPECT_THAT(restored->Restore(std::vector<float>(3)), StatusIs(StatusCode::kInvalidArgument));
}

// What two sites get and still owe in rounds with values of their own, in either form.
TEST(PowerSgdTest, TheTwoSidedFormGivesTheProjectionOfTheMean) {
  const LowRankLayout layout = *PlanLowRank(ShapeOf({{{20, 15}, {20, 1}}}), 2, 2, 0);
  auto a = MakePowerSgd<double>(layout, 1, 1, PowerSgdForm::kTwoSided);
  auto b = MakePowerSgd<double>(layout, 1, 1, PowerSgdForm::kTwoSided);
  ASSERT_EQ(a->phases(), 2);
  Random random(5);
  const size_t size = layout.flat_size;
  std::vector<double> given(size), got(size);
  for (int round = 0; round < 5; ++round) {
    const auto x = RandomValues<double>(size, random), y = RandomValues<double>(size, random);
    a->Begin(x);
    b->Begin(y);
    for (int phase = 0; phase < 2; ++phase) {
      const auto of_a = a->Contribution(phase), of_b = b->Contribution(phase);
      std::vector<double> mean(of_a.size());
      for (size_t k = 0; k < mean.size(); ++k) mean[k] = (of_a[k] + of_b[k]) / 2;
      a->Absorb(phase, mean, true);
      b->Absorb(phase, mean, true);
    }
    std::vector<double> at_a(size), at_b(size);
    a->End(at_a);
    b->End(at_b);
    EXPECT_EQ(at_a, at_b);
    std::vector<double> sum = a->Owed();
    for (size_t k = 0; k < size; ++k) {
      given[k] += (x[k] + y[k]) / 2;
      got[k] += at_a[k];
      sum[k] = got[k] + (sum[k] + b->Owed()[k]) / 2;
    }
    EXPECT_LT(LargestDifference(sum, given), 1e-12);
  }
}

// docs/papers.md, PowerSGD: relative to the optimal error, of a fixed full-rank matrix.
TEST(PowerSgdTest, TheTwoSidedFormComesCloseToTheBestApproximationInAFewRounds) {
  const LowRankLayout layout = *PlanLowRank(ShapeOf({{{30, 24}}}), 2, 2, 0);
  Random random(7);
  auto values = RandomValues<double>(layout.flat_size, random);
  for (size_t k = 0; k < values.size(); ++k) values[k] *= k % 24 < 4 ? 3 : 1;
  auto codec = MakePowerSgd<double>(layout, 1, 1, PowerSgdForm::kTwoSided);
  double before = 2 * Norm(values), left = 0;
  for (int round = 0; round < 30; ++round) {
    ASSERT_THAT(codec->Owe(std::vector<double>(values.size(), 0.0)), IsOk());
    auto output = Round(*codec, values);
    for (size_t k = 0; k < values.size(); ++k) output[k] -= values[k];
    left = Norm(output);
    EXPECT_LE(left, before * (1 + 1e-12)) << "round " << round;
    before = left;
  }
  auto longer = MakePowerSgd<double>(*PlanLowRank(ShapeOf({{{30, 24}}}), 2, 200, 0), 100, 1,
                                     PowerSgdForm::kTwoSided);
  auto best = Round(*longer, values);
  for (size_t k = 0; k < values.size(); ++k) best[k] -= values[k];
  EXPECT_LT(left, 1.01 * Norm(best));
}

TEST(PowerSgdTest, WhatDidNotCountInTheLastPhaseOfTheTwoSidedFormIsOwed) {
  const LowRankLayout layout = *PlanLowRank(ShapeOf({{{9, 8}}}), 2, 2, 0);
  auto codec = MakePowerSgd<double>(layout, 1, 1, PowerSgdForm::kTwoSided);
  Random random(8);
  const auto values = RandomValues<double>(layout.flat_size, random);
  codec->Begin(values);
  codec->Absorb(0, codec->Contribution(0), false);
  codec->Absorb(1, codec->Contribution(1), false);
  std::vector<double> output(layout.flat_size);
  codec->End(output);
  EXPECT_EQ(codec->Owed(), values);
}

TEST(PowerSgdTest, ARestoredTwoSidedCodecGoesOnWithTheSameBits) {
  const LowRankLayout layout = *PlanLowRank(ModuleShape(2), 2, 2, 2);
  auto codec = MakePowerSgd<float>(layout, 1, 1, PowerSgdForm::kTwoSided);
  auto restored = MakePowerSgd<float>(layout, 1, 2, PowerSgdForm::kTwoSided);
  Random random(6);
  for (int round = 0; round < 6; ++round) {
    const auto values = RandomValues<float>(layout.flat_size, random);
    if (round == 3) {
      ASSERT_THAT(restored->Restore(codec->State()), IsOk());
    }
    const auto output = Round(*codec, values);
    if (round >= 3) {
      EXPECT_EQ(output, Round(*restored, values));
    }
  }
}

}  // namespace
}  // namespace consilium::compress
