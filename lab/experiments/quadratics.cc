#include "lab/experiments/quadratics.h"

#include <cmath>
#include <numeric>

#include "base/random.h"

namespace consilium::experiments {
namespace {

using Vector = std::vector<double>;

double Dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

Vector Normal(size_t size, Random& random) {
  Vector values(size);
  for (double& value : values) value = random.Normal();
  return values;
}

void Scale(Vector& values, double factor) {
  for (double& value : values) value *= factor;
}

std::vector<Vector> Orthonormal(size_t size, Random& random) {
  std::vector<Vector> axes;
  while (axes.size() < size) {
    Vector axis = Normal(size, random);
    for (const Vector& other : axes) {
      const double along = Dot(axis, other);
      for (size_t i = 0; i < size; ++i) axis[i] -= along * other[i];
    }
    Scale(axis, 1 / std::sqrt(Dot(axis, axis)));
    axes.push_back(std::move(axis));
  }
  return axes;
}

}  // namespace

Quadratics::Quadratics(int sites, size_t size, double heterogeneity, uint64_t seed) {
  Random random = Random::Named(seed, "quadratics");
  optimum_ = Normal(size, random);
  Scale(optimum_, 1 / std::sqrt(Dot(optimum_, optimum_)));
  Vector mean(size, 0.0);
  for (int site = 0; site < sites; ++site) {
    axes_.push_back(Orthonormal(size, random));
    pulls_.push_back(Normal(size, random));
    for (size_t i = 0; i < size; ++i) mean[i] += pulls_.back()[i] / sites;
  }
  double squares = 0;
  for (Vector& pull : pulls_) {
    for (size_t i = 0; i < size; ++i) pull[i] -= mean[i];
    squares += Dot(pull, pull) / sites;
  }
  for (Vector& pull : pulls_) Scale(pull, std::sqrt(heterogeneity / squares));
}

// A_i'A_i (x - optimum).
std::vector<double> Quadratics::Curved(size_t site, std::span<const double> x) const {
  Vector from(size()), result(size(), 0.0);
  for (size_t i = 0; i < size(); ++i) from[i] = x[i] - optimum_[i];
  for (size_t k = 0; k < size(); ++k) {
    const double singular = 0.5 + 0.5 * static_cast<double>(k) / static_cast<double>(size() - 1);
    const double along = singular * singular * Dot(axes_[site][k], from);
    for (size_t i = 0; i < size(); ++i) result[i] += along * axes_[site][k][i];
  }
  return result;
}

std::vector<double> Quadratics::Gradient(int site, std::span<const double> x) const {
  const auto s = static_cast<size_t>(site);
  Vector gradient = Curved(s, x);
  for (size_t i = 0; i < size(); ++i) gradient[i] += pulls_[s][i];
  return gradient;
}

double Quadratics::Above(const std::vector<std::vector<double>>& models) const {
  Vector mean(size(), 0.0), from(size());
  for (const Vector& model : models) {
    for (size_t i = 0; i < size(); ++i) mean[i] += model[i] / sites();
  }
  for (size_t i = 0; i < size(); ++i) from[i] = mean[i] - optimum_[i];
  double above = 0;
  for (size_t site = 0; site < axes_.size(); ++site) {
    above += Dot(from, Curved(site, mean)) / sites();
  }
  return above;
}

}  // namespace consilium::experiments
