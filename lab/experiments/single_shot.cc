#include "lab/experiments/single_shot.h"

#include <vector>

#include "base/random.h"
#include "lab/air/air.h"

namespace consilium::experiments {
namespace {

std::vector<double> MatrixOfRank(const SingleShot& how, Random& random) {
  const auto rows = static_cast<size_t>(how.rows), cols = static_cast<size_t>(how.cols);
  std::vector<double> matrix(rows * cols), left(rows), right(cols);
  for (int r = 0; r < how.rank; ++r) {
    for (double& value : left) value = random.Normal();
    for (double& value : right) value = random.Normal();
    for (size_t i = 0; i < matrix.size(); ++i) matrix[i] += left[i / cols] * right[i % cols];
  }
  return matrix;
}

StatusOr<double> OneTrial(const SingleShot& how, uint64_t seed) {
  Random random(seed);
  const std::vector<double> matrix = MatrixOfRank(how, random);
  FlatShape shape;
  shape.blocks = {{0, matrix.size()}};
  shape.matrices = {{0, how.rows, how.cols, 0}};
  ASSIGN_OR_RETURN(const auto scheme, air::MakeAirScheme<double>(how.scheme, shape, seed));
  std::vector<double> arrived(matrix.size());
  const auto first = scheme->Begin(matrix);
  scheme->End(std::vector<double>(first.begin(), first.end()), true, arrived);
  std::vector<double> fresh = matrix;
  const std::vector<double> owed = scheme->Owed();
  for (size_t i = 0; i < owed.size(); ++i) fresh[i] -= owed[i];

  const air::ChannelOptions gaussian = {.kind = air::ChannelKind::kGaussian, .power = how.power};
  ASSIGN_OR_RETURN(const auto channel, air::MakeChannel(gaussian, random.Bits()));
  const auto sites = static_cast<size_t>(how.sites);
  const std::vector<std::span<const double>> signals(sites, scheme->Begin(fresh));
  const std::vector<std::vector<double>> weights(sites, {1.0});
  ASSIGN_OR_RETURN(const auto mean,
                   air::AverageOverTheAir<double>(signals, scheme->Segments(), weights, {},
                                                  gaussian, *channel, 0));
  scheme->End(mean.mean, true, arrived);
  double noise = 0, norm = 0;
  for (size_t i = 0; i < matrix.size(); ++i) {
    noise += (arrived[i] - matrix[i]) * (arrived[i] - matrix[i]);
    norm += matrix[i] * matrix[i];
  }
  return noise / norm;
}

}  // namespace

StatusOr<double> RelativeNoise(const SingleShot& how, uint64_t seed) {
  if (how.sites < 1 || how.trials < 1) {
    return InvalidArgument("{} sites and {} trials, expected at least 1", how.sites, how.trials);
  }
  double sum = 0;
  for (int trial = 0; trial < how.trials; ++trial) {
    ASSIGN_OR_RETURN(const double noise,
                     OneTrial(how, Random::Named(seed, "single shot", uint64_t(trial)).Bits()));
    sum += noise;
  }
  return sum / how.trials;
}

}  // namespace consilium::experiments
