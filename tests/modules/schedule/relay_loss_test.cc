// docs/papers.md, RelaySum: RelaySGD on random quadratics whose messages get lost.
#include <cmath>

#include "gmock/gmock.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"
#include "tests/support/random_values.h"

namespace consilium::schedule {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::MemoryExchange;
using ::consilium::testing::Norm;
using ::consilium::testing::RandomValues;

constexpr int kSites = 16;
constexpr size_t kSize = 10;
using Vector = std::vector<double>;

double Dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// f_i(x) = |A_i x - b_i|^2 with singular values of A_i evenly from 0.5 to 1; the gradient as in the
// reference code, A'A x - A'b. The optimum of the mean is at distance 1 from 0, where the sites'
// gradients have a mean squared norm of 1.
struct Quadratics {
  explicit Quadratics(uint64_t seed) {
    Random random = Random::Named(seed, "quadratics");
    optimum = RandomValues<double>(kSize, random);
    for (double& value : optimum) value /= Norm(optimum);
    Vector mean(kSize, 0.0);
    for (int site = 0; site < kSites; ++site) {
      std::vector<Vector> axes;
      for (size_t k = 0; k < kSize; ++k) {
        Vector axis = RandomValues<double>(kSize, random);
        for (const Vector& other : axes) {
          const double along = Dot(axis, other);
          for (size_t i = 0; i < kSize; ++i) axis[i] -= along * other[i];
        }
        const double norm = Norm(axis);
        for (double& value : axis) value /= norm;
        axes.push_back(std::move(axis));
      }
      axes_of.push_back(std::move(axes));
      pulls.push_back(RandomValues<double>(kSize, random));
      for (size_t i = 0; i < kSize; ++i) mean[i] += pulls.back()[i] / kSites;
    }
    double squares = 0;
    for (Vector& pull : pulls) {
      for (size_t i = 0; i < kSize; ++i) pull[i] -= mean[i];
      squares += Dot(pull, pull) / kSites;
    }
    for (Vector& pull : pulls) {
      for (double& value : pull) value /= std::sqrt(squares);
    }
  }

  // A'A (x - optimum) of one site.
  Vector Curved(size_t site, const Vector& x) const {
    Vector from(kSize), result(kSize, 0.0);
    for (size_t i = 0; i < kSize; ++i) from[i] = x[i] - optimum[i];
    for (size_t k = 0; k < kSize; ++k) {
      const double singular = 0.5 + 0.5 * static_cast<double>(k) / (kSize - 1);
      const double along = singular * singular * Dot(axes_of[site][k], from);
      for (size_t i = 0; i < kSize; ++i) result[i] += along * axes_of[site][k][i];
    }
    return result;
  }

  // f(mean of the sites' models) - f(optimum).
  double Above(const std::vector<Vector>& models) const {
    Vector mean(kSize, 0.0), from(kSize);
    for (const Vector& model : models) {
      for (size_t i = 0; i < kSize; ++i) mean[i] += model[i] / kSites;
    }
    for (size_t i = 0; i < kSize; ++i) from[i] = mean[i] - optimum[i];
    double above = 0;
    for (size_t site = 0; site < kSites; ++site) above += Dot(from, Curved(site, mean)) / kSites;
    return above;
  }

  Vector optimum;
  std::vector<std::vector<Vector>> axes_of;  // [site][k]: right singular vectors
  std::vector<Vector> pulls;                 // gradients at the optimum
};

// RelaySGD/Model at learning rate 0.2 on a binary tree for 1,500 steps; the mean over the last
// 500, for single steps vary with what they lose.
double ErrorOf(RelayFallback fallback, double loss, uint64_t seed) {
  const Quadratics quadratics(seed);
  ExchangeOptions options;
  options.graph = *topology::BinaryTree(kSites);
  options.shape.blocks = {{0, kSize}};
  options.weights.assign(kSites, {1});
  options.relay_fallback = fallback;
  auto network = *MemoryExchange<double>::Create(options);
  Random random = Random::Named(seed, "loss");
  std::vector<Vector> models(kSites, Vector(kSize, 0.0));
  double error = 0;
  for (int step = 0; step < 1500; ++step) {
    for (size_t site = 0; site < kSites; ++site) {
      const Vector gradient = quadratics.Curved(site, models[site]);
      for (size_t i = 0; i < kSize; ++i) {
        models[site][i] -= 0.2 * (gradient[i] - quadratics.pulls[site][i]);
      }
    }
    EXPECT_THAT(network.Round(models, [&](int, int) { return random.Uniform() >= loss; }), IsOk());
    if (step >= 1000) error += quadratics.Above(models) / 500;
  }
  return error;
}

TEST(RelayLossTest, OnlyTheInitialModelIsABadStandInForWhoIsNotHeard) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    EXPECT_LE(ErrorOf(RelayFallback::kOwnValue, 0.1, seed), 5e-3);
    EXPECT_LE(ErrorOf(RelayFallback::kCount, 0.1, seed), 5e-3);
    EXPECT_LE(ErrorOf(RelayFallback::kLastAverage, 0.1, seed), 5e-3);
    EXPECT_GE(ErrorOf(RelayFallback::kInitialModel, 0.1, seed), 0.3);
    EXPECT_LT(ErrorOf(RelayFallback::kOwnValue, 0, seed), 1e-12);
  }
}

}  // namespace
}  // namespace consilium::schedule
