#include "modules/modn/feature_decoder.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace consilium {
namespace {

// y[i, j] = b[j] + sum over k of x[i, k] w[j, k]
template <typename Scalar>
void Linear(std::span<const Scalar> w, std::span<const Scalar> b, std::span<const Scalar> x,
            std::span<Scalar> y) {
  const size_t outputs = b.size(), inputs = w.size() / outputs, n = y.size() / outputs;
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < outputs; ++j) {
      Scalar sum = b[j];
      for (size_t k = 0; k < inputs; ++k) sum += w[j * inputs + k] * x[i * inputs + k];
      y[i * outputs + j] = sum;
    }
  }
}

// dW += dy^T x, db += dy, dx += dy W
template <typename Scalar>
void LinearBackward(std::span<const Scalar> w, std::span<const Scalar> x,
                    std::span<const Scalar> dy, std::span<Scalar> dw, std::span<Scalar> db,
                    std::span<Scalar> dx) {
  const size_t outputs = db.size(), inputs = w.size() / outputs, n = dy.size() / outputs;
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < outputs; ++j) {
      const Scalar d = dy[i * outputs + j];
      db[j] += d;
      for (size_t k = 0; k < inputs; ++k) {
        dw[j * inputs + k] += d * x[i * inputs + k];
        if (!dx.empty()) dx[i * inputs + k] += d * w[j * inputs + k];
      }
    }
  }
}

}  // namespace

template <typename Scalar>
void Forward(const TwoLayers<const Scalar>& layers, std::span<const Scalar> states,
             std::span<Scalar> hidden, std::span<Scalar> outputs) {
  Linear<Scalar>(layers.w1, layers.b1, states, hidden);
  for (Scalar& h : hidden) h = std::max(h, Scalar{0});
  Linear<Scalar>(layers.w2, layers.b2, hidden, outputs);
}

template <typename Scalar>
void Backward(const TwoLayers<const Scalar>& layers, std::span<const Scalar> states,
              std::span<const Scalar> hidden, std::span<const Scalar> outputs_gradient,
              const TwoLayers<Scalar>& gradient, std::span<Scalar> states_gradient) {
  std::vector<Scalar> dh(hidden.size(), 0);
  LinearBackward<Scalar>(layers.w2, hidden, outputs_gradient, gradient.w2, gradient.b2, dh);
  for (size_t i = 0; i < dh.size(); ++i) dh[i] = hidden[i] > 0 ? dh[i] : 0;
  LinearBackward<Scalar>(layers.w1, states, dh, gradient.w1, gradient.b1, states_gradient);
}

template <typename Scalar>
Scalar CategoryLoss(int classes, std::span<const int32_t> categories, std::span<Scalar> outputs,
                    std::span<Scalar> gradient) {
  const auto c = static_cast<size_t>(classes);
  const auto n = static_cast<Scalar>(categories.size());
  Scalar loss = 0;
  for (size_t i = 0; i < categories.size(); ++i) {
    const std::span<Scalar> row = outputs.subspan(i * c, c);
    const Scalar largest = *std::max_element(row.begin(), row.end());
    Scalar sum = 0;
    for (const Scalar z : row) sum += std::exp(z - largest);
    const Scalar log_sum = std::log(sum) + largest;
    const auto category = static_cast<size_t>(categories[i]);
    for (size_t j = 0; j < c; ++j) {
      row[j] -= log_sum;
      gradient[i * c + j] = (std::exp(row[j]) - (j == category ? 1 : 0)) / n;
    }
    loss -= row[category];
  }
  return loss / n;
}

template <typename Scalar>
Scalar NormalLoss(std::span<const Scalar> values, std::span<const Scalar> mu,
                  std::span<const Scalar> log_sigma, std::span<Scalar> mu_gradient,
                  std::span<Scalar> log_sigma_gradient) {
  const auto n = static_cast<Scalar>(values.size());
  Scalar loss = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const Scalar precision = std::exp(-2 * log_sigma[i]);
    const Scalar distance = values[i] - mu[i];
    loss += log_sigma[i] + distance * distance * precision / 2;
    mu_gradient[i] = -distance * precision / n;
    log_sigma_gradient[i] = (1 - distance * distance * precision) / n;
  }
  return loss / n;
}

#define CONSILIUM_INSTANTIATE(Scalar)                                             \
  template void Forward(const TwoLayers<const Scalar>&, std::span<const Scalar>,  \
                        std::span<Scalar>, std::span<Scalar>);                    \
  template void Backward(const TwoLayers<const Scalar>&, std::span<const Scalar>, \
                         std::span<const Scalar>, std::span<const Scalar>,        \
                         const TwoLayers<Scalar>&, std::span<Scalar>);            \
  template Scalar CategoryLoss(int, std::span<const int32_t>, std::span<Scalar>,  \
                               std::span<Scalar>);                                \
  template Scalar NormalLoss(std::span<const Scalar>, std::span<const Scalar>,    \
                             std::span<const Scalar>, std::span<Scalar>, std::span<Scalar>);
CONSILIUM_INSTANTIATE(float)
CONSILIUM_INSTANTIATE(double)
#undef CONSILIUM_INSTANTIATE

}  // namespace consilium
