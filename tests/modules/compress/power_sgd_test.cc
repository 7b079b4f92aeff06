#include "modules/compress/power_sgd.h"

#include "gmock/gmock.h"
#include "tests/support/matchers.h"
#include "tests/support/random_values.h"

namespace consilium {
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

// papers.md S3: of a fixed matrix, warm-started iterations find the dominant part. The matrix is
// rank 2 plus little noise, so that what is left after some rounds is the noise.
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

}  // namespace
}  // namespace consilium
