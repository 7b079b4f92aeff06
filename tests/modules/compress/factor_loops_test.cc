#include "modules/compress/kernels/factor_loops.h"

#include <cmath>

#include "gmock/gmock.h"
#include "tests/support/random_values.h"

namespace consilium {
namespace {

using ::consilium::testing::RandomValues;

// A matrix and factors with their padding.
template <typename Scalar>
struct Case {
  Case(int matrix_rows, int matrix_cols, int factor_rank, uint64_t seed)
      : rows(matrix_rows),
        cols(matrix_cols),
        rank(factor_rank),
        stride(PaddedTo(cols)),
        left_stride(PaddedTo(rows)) {
    Random random(seed);
    matrix = Filled(rows, cols, stride, random);
    left = Filled(rank, rows, left_stride, random);
    right = Filled(rank, cols, stride, random);
  }
  static std::vector<Scalar> Filled(int rows, int cols, int stride, Random& random) {
    std::vector<Scalar> values(static_cast<size_t>(rows * stride));
    for (int i = 0; i < rows; ++i) {
      for (int j = 0; j < cols; ++j) {
        values[static_cast<size_t>(i * stride + j)] = static_cast<Scalar>(random.Normal());
      }
    }
    return values;
  }
  int rows, cols, rank, stride, left_stride;
  std::vector<Scalar> matrix, left, right;
};

template <typename Scalar>
std::vector<std::vector<Scalar>> RunAll(const FactorLoops<Scalar>& loops, Case<Scalar> c) {
  std::vector<Scalar> right(c.right.size()), left(c.left.size());
  loops.left_product(c.matrix.data(), c.rows, c.stride, c.left.data(), c.left_stride, c.rank,
                     right.data());
  loops.right_product(c.matrix.data(), c.rows, c.stride, c.right.data(), c.rank, left.data(),
                      c.left_stride);
  std::vector<Scalar> values(static_cast<size_t>(c.rows * c.cols), Scalar{0.25});
  loops.add_rows(c.matrix.data(), c.rows, c.stride, values.data(), c.cols);
  loops.expand(c.left.data(), c.left_stride, c.right.data(), c.rank, c.rows, c.cols, c.stride, true,
               values.data());
  loops.add_outer(c.matrix.data(), c.rows, c.stride, c.left.data(), c.left_stride, c.right.data(),
                  c.rank, Scalar{-1});
  loops.orthonormalize(c.left.data(), std::min(c.rank, c.rows), c.rows, c.left_stride, 7);
  return {right, left, values, c.matrix, c.left};
}

template <typename Scalar>
void ExpectSameBits() {
  for (const int rank : {1, 2, 3, 4, 7, 8, 13}) {
    for (const auto& [rows, cols] :
         {std::pair(32, 31), {30, 32}, {13, 9}, {17, 70}, {9, 3}, {14, 300}}) {
      const Case<Scalar> c(rows, cols, rank, 11);
      EXPECT_EQ(RunAll(BaselineFactorLoops<Scalar>(), c), RunAll(BestFactorLoops<Scalar>(), c))
          << rows << "x" << cols << ", rank " << rank;
    }
  }
}

TEST(FactorLoopsTest, WiderVectorsGiveTheSameBits) {
  if (!CanUseAvx2()) GTEST_SKIP() << "this CPU has no wider vectors";
  ExpectSameBits<float>();
  ExpectSameBits<double>();
}

TEST(FactorLoopsTest, ProductsAreThoseOfTheTextbook) {
  const Case<double> c(5, 11, 3, 4);
  const auto results = RunAll(BestFactorLoops<double>(), c);
  for (int r = 0; r < c.rank; ++r) {
    for (int j = 0; j < c.cols; ++j) {
      double sum = 0;
      for (int i = 0; i < c.rows; ++i) {
        sum += c.left[static_cast<size_t>(r * c.left_stride + i)] *
               c.matrix[static_cast<size_t>(i * c.stride + j)];
      }
      EXPECT_NEAR(results[0][static_cast<size_t>(r * c.stride + j)], sum, 1e-14);
    }
  }
}

// Largest entry of |V V' - 1| over the vectors (rows).
template <typename Scalar>
double Defect(const std::vector<Scalar>& vectors, int rank, int stride) {
  double worst = 0;
  for (int a = 0; a < rank; ++a) {
    for (int b = 0; b <= a; ++b) {
      double dot = 0;
      for (int j = 0; j < stride; ++j) {
        dot += static_cast<double>(vectors[static_cast<size_t>(a * stride + j)]) *
               static_cast<double>(vectors[static_cast<size_t>(b * stride + j)]);
      }
      worst = std::max(worst, std::abs(dot - (a == b ? 1 : 0)));
    }
  }
  return worst;
}

TEST(OrthonormalizeTest, SurvivesZeroDependentTinyAndHugeVectors) {
  const int rank = 6, size = 10, stride = PaddedTo(size);
  const auto& loops = BestFactorLoops<float>();
  Random random(9);
  std::vector<float> vectors(static_cast<size_t>(rank * stride));
  for (int j = 0; j < size; ++j) {
    const auto at = static_cast<size_t>(j);
    const auto row = static_cast<size_t>(stride);
    vectors[at] = static_cast<float>(random.Normal());
    vectors[row + at] = 3 * vectors[at];                                   // dependent
    vectors[3 * row + at] = 1e-25f * static_cast<float>(random.Normal());  // squares underflow
    vectors[4 * row + at] = 1e25f * static_cast<float>(random.Normal());   // squares overflow
    vectors[5 * row + at] = vectors[at] + 1e-4f * static_cast<float>(random.Normal());
  }
  loops.orthonormalize(vectors.data(), rank, size, stride, 1);
  EXPECT_LT(Defect(vectors, rank, stride), 1e-5);
  for (int c = 0; c < rank; ++c) {
    for (int j = size; j < stride; ++j) {
      EXPECT_EQ(vectors[static_cast<size_t>(c * stride + j)], 0.0f) << "padding";
    }
  }
}

TEST(OrthonormalizeTest, KeepsTheDirectionOfTheFirstVector) {
  std::vector<double> vector = {3, 4, 0, 0, 0, 0, 0, 0};
  BestFactorLoops<double>().orthonormalize(vector.data(), 1, 2, 8, 1);
  EXPECT_NEAR(vector[0], 0.6, 1e-15);
  EXPECT_NEAR(vector[1], 0.8, 1e-15);
}

}  // namespace
}  // namespace consilium
