#include "modules/nn/kernels.h"

#include <cmath>

#include "base/random.h"
#include "gmock/gmock.h"
#include "modules/aligned.h"

namespace consilium::nn {
namespace {

using Floats = AlignedVector<float>;

Floats Normals(size_t n, uint64_t seed) {
  Random random(seed);
  Floats values(n);
  for (float& value : values) value = static_cast<float>(random.Normal());
  return values;
}

void ExpectClose(const Floats& got, const Floats& expected, float tolerance) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    ASSERT_NEAR(got[i], expected[i], tolerance * (1 + std::fabs(expected[i]))) << "at " << i;
  }
}

class KernelsTest : public ::testing::TestWithParam<const Kernels<float>*> {
 protected:
  const Kernels<float>& plain_ = PlainKernels<float>();
  const Kernels<float>& kernels_ = *GetParam();
};

TEST_P(KernelsTest, MultiplyMatricesOfAnyHeightAndStride) {
  for (const int m : {1, 2, 5, 11, 12, 13, 26, 31}) {
    for (const int n : {16, 32, 48}) {
      for (const bool transposed : {false, true}) {
        SCOPED_TRACE(::testing::Message() << m << " x " << n << " transposed " << transposed);
        const int k = 17;
        const Floats a = Normals(static_cast<size_t>(m * k), 1);
        const Floats b = Normals(static_cast<size_t>(k * n), 2);
        Floats expected = Normals(static_cast<size_t>(m * n), 3), got = expected;
        const ptrdiff_t row = transposed ? 1 : k, column = transposed ? m : 1;
        plain_.multiply_add({m, n, k, a.data(), row, column, b.data(), n, expected.data(), n});
        kernels_.multiply_add({m, n, k, a.data(), row, column, b.data(), n, got.data(), n});
        ExpectClose(got, expected, 1e-5f);
      }
    }
  }
}

TEST_P(KernelsTest, SquashNumbersOfAnySize) {
  Floats x = Normals(64, 5);
  for (size_t i = 0; i < 16; ++i) x[i] *= 60;
  x[16] = 0;
  Floats sigmoid = x, tanh = x;
  kernels_.sigmoid(x.size(), sigmoid.data());
  kernels_.tanh(x.size(), tanh.data());
  for (size_t i = 0; i < x.size(); ++i) {
    EXPECT_NEAR(sigmoid[i], 1 / (1 + std::exp(-double{x[i]})), 3e-7) << x[i];
    EXPECT_NEAR(tanh[i], std::tanh(double{x[i]}), 3e-7) << x[i];
  }
}

TEST_P(KernelsTest, MultiplyGivesARowTheSameBitsWhateverTheOtherRows) {
  const int m = 29, n = 32, k = 31;
  const Floats a = Normals(m * k, 1), b = Normals(k * n, 2);
  Floats together(m * n);
  kernels_.multiply_add({m, n, k, a.data(), k, 1, b.data(), n, together.data(), n});
  for (int i = 0; i < m; ++i) {
    Floats alone(n);
    kernels_.multiply_add({1, n, k, a.data() + i * k, k, 1, b.data(), n, alone.data(), n});
    ASSERT_TRUE(std::equal(alone.begin(), alone.end(), together.begin() + i * n)) << "row " << i;
  }
}

TEST_P(KernelsTest, RectifyAndItsGradient) {
  Floats expected = Normals(64, 1), got = expected;
  plain_.relu(64, expected.data());
  kernels_.relu(64, got.data());
  EXPECT_EQ(got, expected);
  Floats expected_gradient = Normals(64, 2), got_gradient = expected_gradient;
  plain_.relu_gradient(64, expected.data(), expected_gradient.data());
  kernels_.relu_gradient(64, got.data(), got_gradient.data());
  EXPECT_EQ(got_gradient, expected_gradient);
}

TEST_P(KernelsTest, SoftmaxLossAndItsGradient) {
  for (const int classes : {2, 3, 7}) {
    SCOPED_TRACE(classes);
    const int n = 48;
    Floats expected = Normals(static_cast<size_t>(classes * n), 1);
    for (float& z : expected) z *= 20;  // some probabilities vanish
    Floats got = expected, weights = Normals(n, 2);
    std::vector<int32_t> labels(n);
    for (int i = 0; i < n; ++i) {
      labels[static_cast<size_t>(i)] = i % (classes + 1) - 1;
      float& weight = weights[static_cast<size_t>(i)];
      weight = labels[static_cast<size_t>(i)] < 0 ? 0 : std::fabs(weight);
    }
    const double loss =
        plain_.softmax_loss({classes, n, n, expected.data(), labels.data(), weights.data()});
    EXPECT_NEAR(kernels_.softmax_loss({classes, n, n, got.data(), labels.data(), weights.data()}),
                loss, 1e-5 * loss);
    ExpectClose(got, expected, 2e-6f);
  }
}

TEST_P(KernelsTest, SoftmaxLossStaysFiniteAtHugeLogits) {
  Floats z(32, 0);
  for (size_t i = 0; i < 16; ++i) z[i] = 1e4f;
  const std::vector<int32_t> labels(16, 1);
  const Floats weights(16, 1);
  EXPECT_NEAR(kernels_.softmax_loss({2, 16, 16, z.data(), labels.data(), weights.data()}), 16e4, 1);
  for (size_t i = 0; i < 16; ++i) {
    EXPECT_FLOAT_EQ(z[i], 1);
    EXPECT_FLOAT_EQ(z[16 + i], -1);
  }
}

TEST_P(KernelsTest, DistanceAndItsGradient) {
  const Floats after = Normals(3 * 32, 1), before = Normals(3 * 32, 2);
  const Floats coefficients = {0.5f, 0, 2};
  Floats expected = Normals(3 * 32, 3), got = expected;
  const double distance =
      plain_.distance(3, 32, after.data(), before.data(), coefficients.data(), expected.data());
  EXPECT_NEAR(
      kernels_.distance(3, 32, after.data(), before.data(), coefficients.data(), got.data()),
      distance, 1e-5 * distance);
  ExpectClose(got, expected, 1e-6f);
}

TEST_P(KernelsTest, AdamStepsOverAnyNumberOfParameters) {
  for (const size_t n : {size_t{1}, size_t{37}}) {
    const Floats gradient = Normals(n, 1);
    Floats p = Normals(n, 2), m = Normals(n, 3), v = Normals(n, 4);
    for (float& square : v) square = std::fabs(square);
    Floats p2 = p, m2 = m, v2 = v;
    AdamStep<float> step{n,     p.data(), gradient.data(), m.data(), v.data(), 0.9f,
                         0.99f, 0.1f,     0.01f,           1e-8f,    1.5f,     2};
    plain_.adam(step);
    step.parameters = p2.data();
    step.mean = m2.data();
    step.square = v2.data();
    kernels_.adam(step);
    ExpectClose(p2, p, 1e-5f);
    ExpectClose(m2, m, 1e-6f);
    ExpectClose(v2, v, 1e-6f);
  }
}

INSTANTIATE_TEST_SUITE_P(Available, KernelsTest, ::testing::ValuesIn(AvailableKernels()),
                         [](const auto& test) { return std::string(test.param->name); });

TEST(KernelsTest, AgreeBitForBitWhereMultiplyAndAddAreFused) {
  const Kernels<float>*narrow = nullptr, *wide = nullptr;
  for (const Kernels<float>* kernels : AvailableKernels()) {
    if (std::string(kernels->name) == "avx2") narrow = kernels;
    if (std::string(kernels->name) == "avx512") wide = kernels;
  }
  if (wide == nullptr) GTEST_SKIP() << "this CPU has no AVX-512";
  const Floats a = Normals(13 * 31, 1), b = Normals(31 * 32, 2);
  Floats x(13 * 32), y(13 * 32);
  narrow->multiply_add({13, 32, 31, a.data(), 31, 1, b.data(), 32, x.data(), 32});
  wide->multiply_add({13, 32, 31, a.data(), 31, 1, b.data(), 32, y.data(), 32});
  EXPECT_EQ(x, y);
  const std::vector<int32_t> labels(32, 1);
  const Floats weights(32, 0.7f);
  narrow->softmax_loss({13, 32, 32, x.data(), labels.data(), weights.data()});
  wide->softmax_loss({13, 32, 32, y.data(), labels.data(), weights.data()});
  EXPECT_EQ(x, y);
  const Floats gradient = Normals(37, 3);
  Floats p = Normals(37, 4), q = p, m(37), v(37), m2(37), v2(37);
  AdamStep<float> step{37,    p.data(), gradient.data(), m.data(), v.data(), 0.9f,
                       0.99f, 0.1f,     0.01f,           1e-8f,    10,       100};
  narrow->adam(step);
  step.parameters = q.data();
  step.mean = m2.data();
  step.square = v2.data();
  wide->adam(step);
  EXPECT_EQ(p, q);
  EXPECT_EQ(v, v2);
}

}  // namespace
}  // namespace consilium::nn
