#include "lab/experiments/gossip_study.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/random.h"
#include "lab/experiments/exchange_network.h"
#include "modules/topology/generators.h"

namespace consilium::experiments {
namespace {

using Values = std::vector<std::vector<double>>;

FlatShape OneMatrix(int rows, int cols) {
  FlatShape shape;
  shape.matrices = {{0, rows, cols, 0}};
  shape.blocks = {{0, shape.matrices[0].size()}};
  return shape;
}

std::vector<double> DrawMatrix(int rows, int cols, const GossipMatrices& of, Random& random) {
  const auto n = static_cast<size_t>(rows), m = static_cast<size_t>(cols);
  const auto rank = static_cast<size_t>(of.rank);
  std::vector<double> matrix(n * m), left(n * rank), right(m * rank);
  for (double& value : matrix) value = random.Normal();
  if (of.rank == 0) return matrix;
  for (double& value : left) value = random.Normal();
  for (double& value : right) value = random.Normal() / std::sqrt(of.rank);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < m; ++j) {
      matrix[i * m + j] *= of.noise;
      for (size_t c = 0; c < rank; ++c) {
        matrix[i * m + j] += left[i * rank + c] * right[j * rank + c];
      }
    }
  }
  return matrix;
}

std::vector<double> Mean(const Values& values) {
  std::vector<double> mean(values[0].size());
  for (const auto& site : values) {
    for (size_t k = 0; k < mean.size(); ++k) {
      mean[k] += site[k] / static_cast<double>(values.size());
    }
  }
  return mean;
}

double Disagreement(const Values& values, const std::vector<double>& mean) {
  double sum = 0;
  for (const auto& site : values) {
    for (size_t k = 0; k < mean.size(); ++k) sum += (site[k] - mean[k]) * (site[k] - mean[k]);
  }
  return std::sqrt(sum);
}

// Of one message, in floats of four bytes; an index counts as one.
double FloatsOfMessage(const GossipStudy& study, int step) {
  const double numbers = static_cast<double>(study.rows) * study.cols;
  const bool left = study.warm_start && step % 2 == 1;
  if (study.compressor.kind == &compress::kLowRank) {
    return static_cast<double>(study.compressor.rank) * (left ? study.rows : study.cols);
  }
  if (study.compressor.kind == &compress::kTopK) {
    return 2 * std::ceil(study.compressor.keep * numbers);
  }
  return study.compressor.kind == &compress::kSign ? numbers / 32 + 1 : numbers;
}

schedule::ExchangeOptions OptionsOf(const GossipStudy& study, topology::Graph ring, uint64_t seed) {
  schedule::ExchangeOptions options;
  options.schedule = schedule::ScheduleKind::kGossip;
  options.graph = std::move(ring);
  options.shape = OneMatrix(study.rows, study.cols);
  options.weights.assign(static_cast<size_t>(study.sites), {1.0});
  options.compressor = study.compressor;
  options.compressor.min_compression = 0;
  options.gossip_diffusion = study.diffusion / compress::ConsensusStep(study.compressor);
  options.seed = seed;
  return options;
}

double Norm(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return std::sqrt(sum);
}

}  // namespace

double GossipCurve::FloatsTo(double disagreement) const {
  for (const auto& [floats, left] : points) {
    if (left <= disagreement) return floats;
  }
  return std::numeric_limits<double>::infinity();
}

StatusOr<GossipCurve> RunGossip(const GossipStudy& study, const GossipMatrices& matrices,
                                uint64_t seed) {
  Random random = Random::Named(seed, "matrices");
  Values values;
  for (int i = 0; i < study.sites; ++i) {
    values.push_back(DrawMatrix(study.rows, study.cols, matrices, random));
  }
  const std::vector<double> mean = Mean(values);
  const double whole = Disagreement(values, mean);
  ASSIGN_OR_RETURN(const topology::Graph ring, topology::Ring(study.sites));
  schedule::ExchangeOptions options = OptionsOf(study, ring, seed);
  std::optional<ExchangeNetwork<double>> network;
  GossipCurve curve;
  double floats = 0;
  for (int step = 0; step < study.most_steps; ++step) {
    if (step == 0 || !study.warm_start) {
      options.seed = Random::Named(seed, "step", static_cast<uint64_t>(step)).Bits();
      ASSIGN_OR_RETURN(network, ExchangeNetwork<double>::Create(options));
    }
    RETURN_IF_ERROR(network->Round(values));
    floats += FloatsOfMessage(study, step) * ring.Degree(0);
    const double left = Disagreement(values, mean) / whole;
    curve.points.emplace_back(floats, left);
    if (left <= study.enough || !(left < 1e6)) break;
  }
  const std::vector<double> end = Mean(values);
  for (size_t k = 0; k < mean.size(); ++k) {
    curve.drift = std::max(curve.drift, std::abs(end[k] - mean[k]));
  }
  return curve;
}

StatusOr<double> LeftOfEdge(int rows, int cols, int true_rank, int rank, int steps, uint64_t seed) {
  Random random = Random::Named(seed, "edge");
  const std::vector<double> zeros(static_cast<size_t>(rows) * static_cast<size_t>(cols), 0.0);
  const std::vector<double> truth = DrawMatrix(rows, cols, {true_rank, 0}, random);
  compress::CompressorOptions options{.kind = &compress::kLowRank, .rank = rank};
  options.min_compression = 0;
  const FlatShape shape = OneMatrix(rows, cols);
  ASSIGN_OR_RETURN(auto low,
                   compress::MakeEdgeCodec<double>(options, shape, seed, compress::EdgeEnd::kLow));
  ASSIGN_OR_RETURN(auto high,
                   compress::MakeEdgeCodec<double>(options, shape, seed, compress::EdgeEnd::kHigh));
  std::vector<double> difference(truth.size());
  for (int step = 0; step < steps; ++step) {
    const std::string from_low = low->Encode(zeros), from_high = high->Encode(truth);
    RETURN_IF_ERROR(high->Decode(from_low, difference));
    RETURN_IF_ERROR(low->Decode(from_high, difference));
  }
  for (size_t k = 0; k < truth.size(); ++k) difference[k] -= truth[k];
  return Norm(difference) / Norm(truth);
}

}  // namespace consilium::experiments
