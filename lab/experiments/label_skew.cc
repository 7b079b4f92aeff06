#include "lab/experiments/label_skew.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace consilium::experiments {
namespace {

// The logarithm of a Gamma(alpha) number, which itself may be too small for a double: that of
// Gamma(alpha + 1) (Marsaglia and Tsang 2000) times U^(1 / alpha).
double LogGamma(double alpha, Random& random) {
  const double d = alpha + 1 - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = random.Normal(), v = std::pow(1 + c * x, 3);
    if (!(v > 0)) continue;
    const double u = 1 - random.Uniform();
    if (std::log(u) >= x * x / 2 + d * (1 - v + std::log(v))) continue;
    return std::log(d * v) + std::log(1 - random.Uniform()) / alpha;
  }
}

// Weights of the classes; the largest is 1.
std::vector<double> DrawShares(size_t classes, double alpha, Random& random) {
  std::vector<double> shares(classes);
  for (double& share : shares) share = LogGamma(alpha, random);
  const double largest = *std::max_element(shares.begin(), shares.end());
  for (double& share : shares) share = std::exp(share - largest);
  return shares;
}

// A class of those that are left, by the weights; any of them if these say none.
size_t DrawClass(const std::vector<double>& shares, const std::vector<std::vector<int>>& left,
                 Random& random) {
  double sum = 0;
  size_t any = 0;
  for (size_t c = 0; c < left.size(); ++c) {
    if (left[c].empty()) continue;
    sum += shares[c];
    if (left[c].size() > left[any].size()) any = c;
  }
  double at = random.Uniform() * sum;
  for (size_t c = 0; c < left.size(); ++c) {
    if (left[c].empty()) continue;
    at -= shares[c];
    if (at < 0) return c;
  }
  return any;
}

}  // namespace

std::vector<std::vector<int>> SkewedParts(const Rows& rows, int sites, double alpha,
                                          uint64_t seed) {
  Random random = Random::Named(seed, "label skew");
  std::vector<std::vector<int>> left(static_cast<size_t>(rows.classes));
  for (const int i : random.Permutation(rows.size())) {
    left[static_cast<size_t>(rows.labels[static_cast<size_t>(i)])].push_back(i);
  }
  std::vector<std::vector<int>> parts(static_cast<size_t>(sites));
  for (std::vector<int>& part : parts) {
    const std::vector<double> shares = DrawShares(left.size(), alpha, random);
    for (int k = 0; k < rows.size() / sites; ++k) {
      std::vector<int>& from = left[DrawClass(shares, left, random)];
      part.push_back(from.back());
      from.pop_back();
    }
  }
  return parts;
}

}  // namespace consilium::experiments
