#include <algorithm>
#include <cmath>

#include "modules/nn/kernels.h"

namespace consilium::nn {
namespace {

template <typename Scalar>
void MultiplyAdd(const Product<Scalar>& p) {
  for (int i = 0; i < p.m; ++i) {
    Scalar* c = p.c + i * p.c_row;
    for (int k = 0; k < p.k; ++k) {
      const Scalar a = p.a[i * p.a_row + k * p.a_column];
      const Scalar* b = p.b + k * p.b_row;
      for (int j = 0; j < p.n; ++j) c[j] += a * b[j];
    }
  }
}

template <typename Scalar>
void Relu(size_t n, Scalar* x) {
  for (size_t i = 0; i < n; ++i) x[i] = x[i] > 0 ? x[i] : 0;
}

template <typename Scalar>
void ReluGradient(size_t n, const Scalar* output, Scalar* gradient) {
  for (size_t i = 0; i < n; ++i) gradient[i] = output[i] > 0 ? gradient[i] : 0;
}

template <typename Scalar>
void Sigmoid(size_t n, Scalar* x) {
  for (size_t i = 0; i < n; ++i) {
    const Scalar e = std::exp(-std::abs(x[i]));
    x[i] = (x[i] > 0 ? 1 : e) / (1 + e);
  }
}

template <typename Scalar>
void Tanh(size_t n, Scalar* x) {
  for (size_t i = 0; i < n; ++i) x[i] = std::tanh(x[i]);
}

template <typename Scalar>
double SoftmaxLossOf(const SoftmaxLoss<Scalar>& s) {
  double loss = 0;
  for (int i = 0; i < s.n; ++i) {
    const Scalar weight = s.weights[i];
    Scalar largest = s.z[i];
    for (int c = 1; c < s.classes; ++c) largest = std::max(largest, s.z[c * s.stride + i]);
    Scalar sum = 0, chosen = 0;
    for (int c = 0; c < s.classes; ++c) {
      Scalar& z = s.z[c * s.stride + i];
      if (c == s.labels[i]) chosen = z - largest;
      z = std::exp(z - largest);
      sum += z;
    }
    for (int c = 0; c < s.classes; ++c) {
      Scalar& z = s.z[c * s.stride + i];
      z = weight * (z / sum) - (c == s.labels[i] ? weight : 0);
    }
    loss += static_cast<double>(weight * (std::log(sum) - chosen));
  }
  return loss;
}

template <typename Scalar>
double Distance(int rows, int n, const Scalar* after, const Scalar* before,
                const Scalar* coefficient, Scalar* gradient) {
  double sum = 0;
  for (int r = 0; r < rows; ++r) {
    for (int i = r * n; i < (r + 1) * n; ++i) {
      const Scalar difference = after[i] - before[i];
      gradient[i] += coefficient[r] * difference;
      sum += static_cast<double>(coefficient[r] * difference * difference);
    }
  }
  return sum / 2;
}

template <typename Scalar>
void Adam(const AdamStep<Scalar>& s) {
  for (size_t i = 0; i < s.n; ++i) {
    const Scalar g = s.gradient[i] + s.l2 * s.parameters[i];
    s.mean[i] = s.beta1 * s.mean[i] + (1 - s.beta1) * g;
    s.square[i] = s.beta2 * s.square[i] + (1 - s.beta2) * g * g;
    const Scalar scale = std::sqrt(s.square[i] * s.square_correction) + s.epsilon;
    s.parameters[i] -= s.rate * (s.mean[i] * s.mean_correction / scale + s.decay * s.parameters[i]);
  }
}

template <typename Scalar>
constexpr Kernels<Scalar> kKernels = {
    "plain",      MultiplyAdd<Scalar>,   Relu<Scalar>,     ReluGradient<Scalar>, Sigmoid<Scalar>,
    Tanh<Scalar>, SoftmaxLossOf<Scalar>, Distance<Scalar>, Adam<Scalar>};

}  // namespace

template <>
const Kernels<float>& PlainKernels<float>() {
  return kKernels<float>;
}

template <>
const Kernels<double>& PlainKernels<double>() {
  return kKernels<double>;
}

}  // namespace consilium::nn
