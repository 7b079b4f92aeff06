#ifndef CONSILIUM_TESTS_SUPPORT_RANDOM_VALUES_H_
#define CONSILIUM_TESTS_SUPPORT_RANDOM_VALUES_H_

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "base/random.h"
#include "modules/slices.h"

// Vectors, shapes and weights for tests of schedules and compressors.
namespace consilium::testing {

template <typename Scalar>
std::vector<Scalar> RandomValues(size_t size, Random& random, double scale = 1) {
  std::vector<Scalar> values(size);
  for (Scalar& value : values) value = static_cast<Scalar>(scale * random.Normal());
  return values;
}

// A shape whose every block holds the given matrices (rows, cols).
inline FlatShape ShapeOf(const std::vector<std::vector<std::pair<int, int>>>& blocks) {
  FlatShape shape;
  for (const auto& matrices : blocks) {
    Block block{shape.size(), 0};
    for (const auto& [rows, cols] : matrices) {
      const MatrixSlice matrix{block.offset + block.size, rows, cols,
                               static_cast<int>(shape.blocks.size())};
      shape.matrices.push_back(matrix);
      block.size += matrix.size();
    }
    shape.blocks.push_back(block);
  }
  return shape;
}

// One MoDN module for each feature: (32,31), 32, (30,32), 30, (2,30), 2.
inline FlatShape ModuleShape(int modules) {
  return ShapeOf(std::vector<std::vector<std::pair<int, int>>>(
      static_cast<size_t>(modules), {{32, 31}, {32, 1}, {30, 32}, {30, 1}, {2, 30}, {2, 1}}));
}

// Weights of sites (rows) for blocks: about a third of them 0, but at least one holder a block.
inline std::vector<std::vector<double>> RandomWeights(int sites, size_t blocks, Random& random) {
  std::vector<std::vector<double>> weights(static_cast<size_t>(sites),
                                           std::vector<double>(blocks, 0.0));
  for (auto& row : weights) {
    for (double& weight : row) {
      if (random.Below(3) > 0) weight = 1 + static_cast<double>(random.Below(300));
    }
  }
  for (size_t b = 0; b < blocks; ++b) {
    weights[random.Below(static_cast<uint64_t>(sites))][b] += 1;
  }
  return weights;
}

// The weighted mean of each block over the sites; zeros where there is no weight.
template <typename Scalar>
std::vector<double> WeightedMean(const std::vector<Block>& blocks,
                                 const std::vector<std::vector<double>>& weights,
                                 const std::vector<std::vector<Scalar>>& values) {
  std::vector<double> mean(values[0].size(), 0.0);
  for (size_t b = 0; b < blocks.size(); ++b) {
    double total = 0;
    for (size_t i = 0; i < values.size(); ++i) total += weights[i][b];
    if (!(total > 0)) continue;
    for (size_t k = blocks[b].offset; k < blocks[b].offset + blocks[b].size; ++k) {
      for (size_t i = 0; i < values.size(); ++i) {
        mean[k] += weights[i][b] / total * static_cast<double>(values[i][k]);
      }
    }
  }
  return mean;
}

template <typename A, typename B>
double LargestDifference(std::span<const A> a, std::span<const B> b) {
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  }
  return largest;
}
template <typename A, typename B>
double LargestDifference(const std::vector<A>& a, const std::vector<B>& b) {
  return LargestDifference(std::span<const A>(a), std::span<const B>(b));
}

template <typename Scalar>
double Norm(std::span<const Scalar> values) {
  double sum = 0;
  for (const Scalar value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(sum);
}
template <typename Scalar>
double Norm(const std::vector<Scalar>& values) {
  return Norm(std::span<const Scalar>(values));
}

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SUPPORT_RANDOM_VALUES_H_
