#include "modules/compress/kernels/factor_loops.h"

#include <array>
#include <cmath>
#include <limits>

#include "gmock/gmock.h"
#include "modules/compress/kernels/round_loops.h"
#include "tests/support/random_values.h"

namespace consilium::compress {
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
        left_stride(FactorStride(rows)),
        right_stride(FactorStride(cols)) {
    Random random(seed);
    matrix = Filled(rows, cols, stride, random);
    left = Filled(rank, rows, left_stride, random);
    right = Filled(rank, cols, right_stride, random);
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
  Factors<Scalar> factors() const {
    return {left.data(), left_stride, right.data(), right_stride, rank};
  }
  int rows, cols, rank, stride, left_stride, right_stride;
  std::vector<Scalar> matrix, left, right;
};

template <typename Scalar>
std::vector<std::vector<Scalar>> RunAll(const FactorLoops<Scalar>& loops, Case<Scalar> c) {
  std::vector<Scalar> right(c.right.size()), left(c.left.size());
  loops.left_product(c.matrix.data(), c.rows, c.stride, c.left.data(), c.left_stride, c.rank,
                     /*add=*/false, right.data(), c.right_stride);
  loops.right_product(c.matrix.data(), c.rows, c.stride, c.right.data(), c.right_stride, c.rank,
                      left.data(), c.left_stride);
  std::vector<Scalar> values(static_cast<size_t>(c.rows * c.cols), Scalar{0.25});
  loops.add_rows(c.matrix.data(), c.rows, c.stride, values.data(), c.cols);
  std::vector<Scalar> product(values.size());
  loops.expand(c.factors(), c.rows, c.cols, false, product.data());
  loops.expand(c.factors(), c.rows, c.cols, true, values.data());
  loops.subtract_outer(c.matrix.data(), c.rows, c.stride, c.factors());
  loops.renew(c.matrix.data(), c.rows, c.stride, c.factors(), values.data(), c.cols);
  std::vector<Scalar> difference(c.matrix.size());
  const std::vector<Scalar> other(values.size(), Scalar{0.125});
  loops.pad_difference(difference.data(), c.rows, c.stride, values.data(), other.data(), c.cols);
  std::vector<std::vector<Scalar>> vectors(19, c.left);
  for (size_t k = 1; k < vectors.size(); ++k) {
    for (Scalar& value : vectors[k]) value *= static_cast<Scalar>(k % 5);  // one of them all 0
  }
  std::vector<Frame<Scalar>> frames;
  for (auto& each : vectors) frames.push_back({each.data(), c.rows, 7});
  loops.orthonormalize(frames.data(), static_cast<int>(frames.size()), std::min(c.rank, c.rows),
                       c.left_stride);
  std::vector<std::vector<Scalar>> results = {right, left, product, values, c.matrix, difference};
  results.insert(results.end(), vectors.begin(), vectors.end());
  return results;
}

template <typename Scalar>
void ExpectSameBits(const FactorLoops<Scalar>& wider) {
  for (const int rank : {1, 2, 3, 4, 7, 8, 13}) {
    for (const auto& [rows, cols] : {std::pair(32, 31),
                                     {30, 32},
                                     {13, 9},
                                     {17, 70},
                                     {9, 3},
                                     {14, 300},
                                     {9, 255},
                                     {2, 30},
                                     {16, 16},
                                     {33, 15}}) {
      const Case<Scalar> c(rows, cols, rank, 11);
      EXPECT_EQ(RunAll(BaselineFactorLoops<Scalar>(), c), RunAll(wider, c))
          << rows << "x" << cols << ", rank " << rank;
    }
  }
}

TEST(FactorLoopsTest, VectorsOfFactorsAreWholePacksAndNotWholePages) {
  for (int count = 1; count < 3000; ++count) {
    EXPECT_EQ(FactorStride(count) % kFactorLanes, 0) << count;
    EXPECT_GE(FactorStride(count), PaddedTo(count)) << count;
    EXPECT_NE(FactorStride(count) % 256, 0) << count;
  }
}

TEST(FactorLoopsTest, AProductInBandsOfRowsHasTheBitsOfTheWhole) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Case<float> c(static_cast<int>(20 + random.Below(60)),
                        static_cast<int>(seed % 2 == 0 ? 20 + random.Below(60) : 700),
                        1 + static_cast<int>(random.Below(9)), seed);
    const auto& loops = BestFactorLoops<float>();
    std::vector<float> whole(c.right.size()), banded(c.right.size());
    loops.left_product(c.matrix.data(), c.rows, c.stride, c.left.data(), c.left_stride, c.rank,
                       /*add=*/false, whole.data(), c.right_stride);
    for (int first = 0; first < c.rows; first += 17) {
      loops.left_product(c.matrix.data() + first * c.stride, std::min(17, c.rows - first), c.stride,
                         c.left.data() + first, c.left_stride, c.rank, /*add=*/first > 0,
                         banded.data(), c.right_stride);
    }
    EXPECT_EQ(whole, banded);
  }
}

TEST(FactorLoopsTest, WiderVectorsGiveTheSameBits) {
  if (!CanUseAvx2()) GTEST_SKIP() << "this CPU has no wider vectors";
  ExpectSameBits(Avx2FactorLoops<float>());
  ExpectSameBits(Avx2FactorLoops<double>());
}

TEST(FactorLoopsTest, TheWidestVectorsGiveTheSameBits) {
  if (!CanUseAvx512()) GTEST_SKIP() << "this CPU has no vectors of 64 bytes";
  ExpectSameBits(Avx512FactorLoops<float>());
  ExpectSameBits(Avx512FactorLoops<double>());
}

// Triples a, b, c: c - a b nearly or exactly cancels, lies halfway between two neighbours, or
// under- or overflows. Eight in turn have the same a.
template <typename Scalar>
std::array<std::vector<Scalar>, 3> HardSums(size_t count, uint64_t seed) {
  Random random(seed);
  std::array<std::vector<Scalar>, 3> hard;
  const int bits = std::numeric_limits<Scalar>::digits;
  const auto number = [&](int exponents) {
    const double few = static_cast<double>(random.Below(uint64_t{1} << (1 + random.Below(24))));
    const int exponent = static_cast<int>(random.Below(static_cast<uint64_t>(2 * exponents)));
    return static_cast<Scalar>(std::ldexp(random.Below(2) == 0 ? few : -few, exponent - exponents));
  };
  for (size_t k = 0; k < count; ++k) {
    const int exponents = k % 64 < 8 ? std::numeric_limits<Scalar>::max_exponent / 2 : 4;
    const Scalar a = k % 8 == 0 ? number(exponents) : hard[0].back();
    const Scalar b = number(exponents);
    Scalar c = k % 3 == 0   ? number(bits)
               : k % 3 == 1 ? a * b
                            : std::ldexp(a * b, static_cast<int>(random.Below(60)) - 30);
    if (!std::isfinite(c)) c = 1;
    hard[0].push_back(a);
    hard[1].push_back(b);
    hard[2].push_back(c);
  }
  return hard;
}

template <typename Scalar>
void ExpectProductsAddedWithOneRounding(const FactorLoops<Scalar>& loops) {
  constexpr uint64_t kSeed = 20;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  const auto [a, b, c] = HardSums<Scalar>(20'000, kSeed);
  for (size_t k = 0; k + 8 <= a.size(); k += 8) {
    std::vector<Scalar> matrix(c.begin() + static_cast<long>(k),
                               c.begin() + static_cast<long>(k) + 8);
    loops.subtract_outer(matrix.data(), 1, 8, {&a[k], 8, &b[k], 8, 1});
    for (size_t j = 0; j < 8; ++j) {
      const Scalar expected = std::fma(-a[k], b[k + j], c[k + j]);
      ASSERT_EQ(matrix[j], expected) << c[k + j] << " - " << a[k] << " * " << b[k + j];
    }
  }
}

TEST(FactorLoopsTest, AddProductsWithOneRoundingOnEveryCpu) {
  ExpectProductsAddedWithOneRounding(BaselineFactorLoops<float>());
  ExpectProductsAddedWithOneRounding(BaselineFactorLoops<double>());
  ExpectProductsAddedWithOneRounding(BestFactorLoops<float>());
  ExpectProductsAddedWithOneRounding(BestFactorLoops<double>());
}

template <typename Scalar>
std::vector<std::vector<Scalar>> RoundAll(const RoundLoops<Scalar>& loops, size_t size) {
  Random random(size);
  const auto a = RandomValues<Scalar>(size, random), b = RandomValues<Scalar>(size, random);
  const auto count = static_cast<long>(size);
  std::vector<Scalar> difference(size), believed = b, next(size), squares(kRoundSteps);
  std::vector<int8_t> rounded(size);
  const Scalar furthest = loops.subtract(a.data(), b.data(), count, difference.data());
  const Scalar steps[kRoundSteps] = {furthest / 3, furthest / 4, furthest / 5, furthest / 7, 1};
  loops.left(difference.data(), count, steps, 3, squares.data());
  loops.round(difference.data(), count, steps[2], 3, rounded.data(), believed.data());
  EXPECT_TRUE(loops.apply(rounded.data(), count, steps[2], b.data(), next.data()));
  EXPECT_EQ(next, believed) << "both ends";
  next[size / 2] = std::numeric_limits<Scalar>::infinity();
  EXPECT_FALSE(loops.apply(rounded.data(), count, steps[2], next.data(), next.data()));
  return {{furthest}, difference, squares, {rounded.begin(), rounded.end()}, believed, next};
}

template <typename Scalar>
void ExpectSameRounding(const RoundLoops<Scalar>& wider) {
  for (const size_t size : {4u, 8u, 60u, 67u, 992u}) {
    EXPECT_EQ(RoundAll(BaselineRoundLoops<Scalar>(), size), RoundAll(wider, size)) << size;
  }
}

TEST(RoundLoopsTest, WiderVectorsGiveTheSameBits) {
  if (!CanUseAvx2()) GTEST_SKIP() << "this CPU has no wider vectors";
  ExpectSameRounding(Avx2RoundLoops<float>());
  ExpectSameRounding(Avx2RoundLoops<double>());
}

TEST(RoundLoopsTest, TheWidestVectorsGiveTheSameBits) {
  if (!CanUseAvx512()) GTEST_SKIP() << "this CPU has no vectors of 64 bytes";
  ExpectSameRounding(Avx512RoundLoops<float>());
  ExpectSameRounding(Avx512RoundLoops<double>());
}

// Frames of random vectors, some of which lose most of their length, depend on others or are 0.
template <typename Scalar>
std::vector<std::vector<Scalar>> ManyFrames(size_t count, int rank, int size, int stride) {
  Random random(count);
  std::vector<std::vector<Scalar>> frames;
  for (size_t k = 0; k < count; ++k) {
    auto vectors = Case<Scalar>::Filled(rank, size, stride, random);
    const auto second = vectors.begin() + stride;
    for (int j = 0; j < size; ++j) {
      if (k % 3 == 1) second[j] = vectors[static_cast<size_t>(j)] + second[j] / 4;
      if (k == 20) second[j] = vectors[static_cast<size_t>(j)];
      if (k == 37) second[j] = 0;
    }
    frames.push_back(std::move(vectors));
  }
  return frames;
}

template <typename Scalar>
void ExpectFramesTreatedAsEachAlone(int rank, int size) {
  SCOPED_TRACE("rank " + std::to_string(rank) + ", size " + std::to_string(size));
  const int stride = PaddedTo(size);
  const auto& loops = BestFactorLoops<Scalar>();
  std::vector<std::vector<Scalar>> together = ManyFrames<Scalar>(45, rank, size, stride);
  std::vector<std::vector<Scalar>> alone = together;
  std::vector<Frame<Scalar>> frames;
  for (auto& each : together) frames.push_back({each.data(), size, 5});
  loops.orthonormalize(frames.data(), static_cast<int>(frames.size()), rank, stride);
  for (auto& each : alone) {
    const Frame<Scalar> frame{each.data(), size, 5};
    loops.orthonormalize(&frame, 1, rank, stride);
  }
  EXPECT_EQ(together, alone);
}

TEST(FactorLoopsTest, FramesAreTreatedAsEachAlone) {
  for (const auto& [rank, size] : {std::pair(2, 8), {6, 20}, {8, 32}, {11, 31}, {3, 300}}) {
    ExpectFramesTreatedAsEachAlone<float>(rank, size);
    ExpectFramesTreatedAsEachAlone<double>(rank, size);
  }
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
      EXPECT_NEAR(results[0][static_cast<size_t>(r * c.right_stride + j)], sum, 1e-14);
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
  const Frame<float> frame{vectors.data(), size, 1};
  loops.orthonormalize(&frame, 1, rank, stride);
  EXPECT_LT(Defect(vectors, rank, stride), 1e-5);
  for (int c = 0; c < rank; ++c) {
    for (int j = size; j < stride; ++j) {
      EXPECT_EQ(vectors[static_cast<size_t>(c * stride + j)], 0.0f) << "padding";
    }
  }
}

// Vectors of which the first, one in the middle and the last are not finite, or all.
template <typename Scalar>
std::vector<Scalar> Broken(int rank, int size, int stride, Scalar with, bool all) {
  Random random(3);
  std::vector<Scalar> vectors = Case<Scalar>::Filled(rank, size, stride, random);
  for (const int c : {0, rank / 2, rank - 1}) vectors[static_cast<size_t>(c * stride + 1)] = with;
  for (int c = 0; all && c < rank; ++c) {
    for (int j = 0; j < size; ++j) vectors[static_cast<size_t>(c * stride + j)] = with;
  }
  return vectors;
}

template <typename Scalar>
void ExpectBrokenVectorsReplaced(int rank, int size, Scalar with, bool all) {
  const int stride = PaddedTo(size);
  std::vector<FactorLoops<Scalar>> forms = {BaselineFactorLoops<Scalar>()};
  if (CanUseAvx2()) forms.push_back(Avx2FactorLoops<Scalar>());
  if (CanUseAvx512()) forms.push_back(Avx512FactorLoops<Scalar>());
  std::vector<std::vector<Scalar>> results;
  for (const FactorLoops<Scalar>& loops : forms) {
    std::vector<Scalar>& vectors = results.emplace_back(Broken(rank, size, stride, with, all));
    const Frame<Scalar> frame{vectors.data(), size, 1};
    loops.orthonormalize(&frame, 1, rank, stride);
    EXPECT_EQ(vectors, results.front()) << "form " << results.size();
  }
  const std::vector<float> vectors(results.front().begin(), results.front().end());
  const int possible = std::min(rank, size);
  EXPECT_LT(Defect(vectors, possible, stride), 1e-5) << with << ", rank " << rank;
  for (int c = 0; c < rank; ++c) {
    for (int j = c < size ? size : 0; j < stride; ++j) {
      EXPECT_EQ(vectors[static_cast<size_t>(c * stride + j)], 0.0f) << c << ", " << j;
    }
  }
}

TEST(OrthonormalizeTest, ReplacesVectorsThatAreNotFinite) {
  for (const bool all : {false, true}) {
    for (const auto& [rank, size] : {std::pair(1, 9), {2, 32}, {6, 10}, {8, 8}, {11, 9}}) {
      ExpectBrokenVectorsReplaced(rank, size, std::numeric_limits<float>::infinity(), all);
      ExpectBrokenVectorsReplaced(rank, size, -std::numeric_limits<double>::infinity(), all);
      ExpectBrokenVectorsReplaced(rank, size, std::numeric_limits<float>::quiet_NaN(), all);
      ExpectBrokenVectorsReplaced(rank, size, std::numeric_limits<double>::quiet_NaN(), all);
      ExpectBrokenVectorsReplaced(rank, size, std::numeric_limits<float>::max(), all);
      ExpectBrokenVectorsReplaced(rank, size, std::numeric_limits<double>::max(), all);
    }
  }
}

TEST(OrthonormalizeTest, KeepsTheDirectionOfTheFirstVector) {
  std::vector<double> vector = {3, 4, 0, 0, 0, 0, 0, 0};
  const Frame<double> frame{vector.data(), 2, 1};
  BestFactorLoops<double>().orthonormalize(&frame, 1, 1, 8);
  EXPECT_NEAR(vector[0], 0.6, 1e-15);
  EXPECT_NEAR(vector[1], 0.8, 1e-15);
}

}  // namespace
}  // namespace consilium::compress
