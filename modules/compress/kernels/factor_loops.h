#ifndef CONSILIUM_MODULES_COMPRESS_KERNELS_FACTOR_LOOPS_H_
#define CONSILIUM_MODULES_COMPRESS_KERNELS_FACTOR_LOOPS_H_

#include <cstdint>

namespace consilium::compress {

// Rows of padded matrices and factors have a multiple of this many numbers; the padding is 0.
constexpr int kFactorLanes = 8;
constexpr int PaddedTo(int count) {
  return (count + kFactorLanes - 1) / kFactorLanes * kFactorLanes;
}

// From one vector of a factor to the next: not a whole number of pages, for numbers that lie pages
// apart share a few places of the nearest cache.
constexpr int FactorStride(int count) {
  const int padded = PaddedTo(count);
  return padded % 256 == 0 ? padded + 2 * kFactorLanes : padded;
}

// rank vectors each: left' right is a matrix.
template <typename Scalar>
struct Factors {
  const Scalar* left;
  int left_stride;
  const Scalar* right;
  int right_stride;
  int rank;
};

// Vectors of `size` numbers and padding, one after the other.
template <typename Scalar>
struct Frame {
  Scalar* vectors = nullptr;
  int size = 0;
  uint64_t seed = 0;
};

// The loops of low-rank compression, in the form that suits this CPU best. Every form gives the
// same bits: each sum is formed in the same order (dot products in kFactorLanes interleaved partial
// sums, added as ((0+1)+(2+3))+((4+5)+(6+7))), and a product is added to it with one rounding.
//
// A padded matrix has `rows` rows of `stride` numbers. Its left factor is rank x left_stride
// (numbers rows.. are padding), its right factor rank x right_stride, not less than `stride`.
template <typename Scalar>
struct FactorLoops {
  // matrix += values, which is rows x cols without padding.
  void (*add_rows)(Scalar* matrix, int rows, int stride, const Scalar* values, int cols);

  // right = left matrix: Q' = A' M; or right += it, with the bits of a product over all rows if the
  // rows before came first.
  void (*left_product)(const Scalar* matrix, int rows, int stride, const Scalar* left,
                       int left_stride, int rank, bool add, Scalar* right, int right_stride);

  // left = right matrix': P' = A' M'.
  void (*right_product)(const Scalar* matrix, int rows, int stride, const Scalar* right,
                        int right_stride, int rank, Scalar* left, int left_stride);

  // matrix -= left' right, rank after rank.
  void (*subtract_outer)(Scalar* matrix, int rows, int stride, Factors<Scalar> factors);

  // out = left' right, or out += it; out is rows x cols without padding. Requires rank > 0.
  void (*expand)(Factors<Scalar> factors, int rows, int cols, bool add, Scalar* out);

  // matrix = (matrix - left' right) + values, rank after rank; values is rows x cols without
  // padding. Requires rank > 0.
  void (*renew)(Scalar* matrix, int rows, int stride, Factors<Scalar> factors, const Scalar* values,
                int cols);

  // matrix = a - b, which are rows x cols without padding.
  void (*pad_difference)(Scalar* matrix, int rows, int stride, const Scalar* a, const Scalar* b,
                         int cols);

  // Makes the rank vectors of each frame (each of `stride` numbers with its padding) orthonormal by
  // Gram-Schmidt, again where a vector lost most of its length ("twice is enough"). A vector that
  // lies in the span of those before it, is 0 or not finite, is replaced by a pseudo-random one
  // drawn from `seed`; one for which no direction is left (rank > size) by 0.
  void (*orthonormalize)(const Frame<Scalar>* frames, int count, int rank, int stride);
};

// Chosen once, when first called. Scalar is float or double.
template <typename Scalar>
const FactorLoops<Scalar>& BestFactorLoops();

// Each form, for the comparison in tests.
template <typename Scalar>
FactorLoops<Scalar> BaselineFactorLoops();
template <typename Scalar>
FactorLoops<Scalar> Avx2FactorLoops();  // only where CanUseAvx2()
template <typename Scalar>
FactorLoops<Scalar> Avx512FactorLoops();  // only where CanUseAvx512()
bool CanUseAvx2();
bool CanUseAvx512();

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_KERNELS_FACTOR_LOOPS_H_
