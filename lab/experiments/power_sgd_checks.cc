#include "lab/experiments/power_sgd_checks.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/random.h"
#include "lab/experiments/exchange_network.h"
#include "modules/compress/compressor.h"
#include "modules/topology/generators.h"

namespace consilium::experiments {
namespace {

FlatShape OneMatrix(int rows, int cols) {
  FlatShape shape;
  shape.matrices = {{0, rows, cols, 0}};
  shape.blocks = {{0, shape.matrices[0].size()}};
  return shape;
}

compress::CompressorOptions LowRank(int rank, compress::PowerSgdForm form) {
  compress::CompressorOptions options{.kind = &compress::kLowRank, .rank = rank};
  options.form = form;
  options.min_compression = 0;
  return options;
}

template <typename Scalar>
std::vector<Scalar> Normal(size_t size, Random& random) {
  std::vector<Scalar> values(size);
  for (Scalar& value : values) value = static_cast<Scalar>(random.Normal());
  return values;
}

double BestError(const std::vector<double>& matrix, int rows, int cols, int rank) {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const Matrix> m(matrix.data(), rows, cols);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(m.transpose() * m,
                                                              Eigen::EigenvaluesOnly);
  return std::sqrt(std::max(0.0, solver.eigenvalues().head(std::max(cols - rank, 0)).sum()));
}

// The codecs of all workers; one step at a time.
template <typename Scalar>
class Workers {
 public:
  Status Make(int workers, const FlatShape& shape, const compress::CompressorOptions& options,
              uint64_t seed) {
    for (int i = 0; i < workers; ++i) {
      ASSIGN_OR_RETURN(auto codec, compress::MakeMeanCodec<Scalar>(options, shape, seed));
      codecs_.push_back(std::move(codec));
    }
    return OkStatus();
  }

  std::vector<Scalar> Step(const std::vector<std::vector<Scalar>>& gradients) {
    const auto share = 1 / static_cast<Scalar>(codecs_.size());
    for (size_t i = 0; i < codecs_.size(); ++i) codecs_[i]->Begin(gradients[i]);
    for (int phase = 0; phase < codecs_[0]->phases(); ++phase) {
      std::vector<Scalar> mean;
      for (auto& codec : codecs_) {
        const auto part = codec->Contribution(phase);
        mean.resize(part.size());
        for (size_t k = 0; k < mean.size(); ++k) mean[k] += share * part[k];
      }
      for (auto& codec : codecs_) codec->Absorb(phase, mean, /*counted=*/true);
    }
    std::vector<Scalar> output(gradients[0].size());
    for (auto& codec : codecs_) codec->End(output);
    return output;
  }

  compress::MeanCodec<Scalar>& operator[](size_t i) { return *codecs_[i]; }

 private:
  std::vector<std::unique_ptr<compress::MeanCodec<Scalar>>> codecs_;
};

double Largest(const std::vector<double>& values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

}  // namespace

StatusOr<std::vector<double>> ErrorsOverBest(int rows, int cols, int rank, int steps,
                                             compress::PowerSgdForm form, uint64_t seed) {
  Random random = Random::Named(seed, "matrix");
  const FlatShape shape = OneMatrix(rows, cols);
  const std::vector<std::vector<double>> matrix = {Normal<double>(shape.size(), random)};
  const double best = BestError(matrix[0], rows, cols, rank);
  Workers<double> worker;
  RETURN_IF_ERROR(worker.Make(1, shape, LowRank(rank, form), seed));
  const std::vector<double> nothing(shape.size(), 0.0);
  std::vector<double> ratios;
  for (int step = 0; step < steps; ++step) {
    const std::vector<double> output = worker.Step(matrix);
    RETURN_IF_ERROR(worker[0].Owe(nothing));
    double left = 0;
    for (size_t k = 0; k < output.size(); ++k) left += std::pow(output[k] - matrix[0][k], 2);
    ratios.push_back(std::sqrt(left) / best);
  }
  return ratios;
}

StatusOr<double> MassLost(int rows, int cols, int rank, int steps, int workers,
                          compress::PowerSgdForm form, uint64_t seed) {
  Random random = Random::Named(seed, "gradients");
  const FlatShape shape = OneMatrix(rows, cols);
  Workers<float> all;
  RETURN_IF_ERROR(all.Make(workers, shape, LowRank(rank, form), seed));
  std::vector<double> given(shape.size()), rest(shape.size());
  for (int step = 0; step < steps; ++step) {
    std::vector<std::vector<float>> gradients;
    for (int i = 0; i < workers; ++i) gradients.push_back(Normal<float>(shape.size(), random));
    const std::vector<float> output = all.Step(gradients);
    for (size_t k = 0; k < given.size(); ++k) {
      double mean = 0;
      for (const auto& gradient : gradients) mean += static_cast<double>(gradient[k]) / workers;
      given[k] += mean;
      rest[k] += mean - static_cast<double>(output[k]);
    }
  }
  for (size_t i = 0; i < static_cast<size_t>(workers); ++i) {
    const std::vector<float> owed = all[i].Owed();
    for (size_t k = 0; k < rest.size(); ++k) rest[k] -= static_cast<double>(owed[k]) / workers;
  }
  return Largest(rest) / Largest(given);
}

StatusOr<double> LocalLessAggregated(int rows, int cols, int rank, int steps, int workers,
                                     uint64_t seed) {
  Random random = Random::Named(seed, "gradients");
  const FlatShape shape = OneMatrix(rows, cols);
  Workers<double> local, aggregated;
  const compress::CompressorOptions options = LowRank(rank, compress::PowerSgdForm::kTwoSided);
  RETURN_IF_ERROR(local.Make(workers, shape, options, seed));
  RETURN_IF_ERROR(aggregated.Make(workers, shape, options, seed));
  double largest = 0, apart = 0;
  for (int step = 0; step < steps; ++step) {
    std::vector<std::vector<double>> gradients, sums;
    for (size_t i = 0; i < static_cast<size_t>(workers); ++i) {
      gradients.push_back(Normal<double>(shape.size(), random));
      sums.push_back(aggregated[i].Owed());
      for (size_t k = 0; k < shape.size(); ++k) sums[i][k] += gradients[i][k];
    }
    const std::vector<double> a = local.Step(gradients), b = aggregated.Step(gradients);
    for (size_t i = 0; i < sums.size(); ++i) {
      for (size_t k = 0; k < b.size(); ++k) sums[i][k] -= b[k];
      RETURN_IF_ERROR(aggregated[i].Owe(sums[i]));
    }
    std::vector<double> difference = a;
    for (size_t k = 0; k < a.size(); ++k) difference[k] -= b[k];
    apart = std::max(apart, Largest(difference));
    largest = std::max(largest, Largest(a));
  }
  return apart / largest;
}

StatusOr<int> SitesThatDisagree(int rows, int cols, int rank, int rounds, int sites,
                                compress::PowerSgdForm form, uint64_t seed) {
  Random random = Random::Named(seed, "sites");
  schedule::ExchangeOptions options;
  options.schedule = schedule::ScheduleKind::kAllReduce;
  ASSIGN_OR_RETURN(options.graph, topology::BinaryTree(sites));
  options.shape = OneMatrix(rows, cols);
  for (int i = 0; i < sites; ++i) options.weights.push_back({1 + 99 * random.Uniform()});
  options.compressor = LowRank(rank, form);
  options.seed = seed;
  ASSIGN_OR_RETURN(auto network, ExchangeNetwork<float>::Create(options));
  int disagree = 0;
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::vector<float>> values;
    for (int i = 0; i < sites; ++i) values.push_back(Normal<float>(options.shape.size(), random));
    RETURN_IF_ERROR(network.Round(values));
    for (const auto& result : values) {
      const size_t bytes = result.size() * sizeof(float);
      disagree += std::memcmp(result.data(), values[0].data(), bytes) != 0 ? 1 : 0;
    }
  }
  return disagree;
}

}  // namespace consilium::experiments
