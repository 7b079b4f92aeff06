// The loops behind factor_loops.h, included once by each form of them, which defines first
//   CONSILIUM_VECTOR_BYTES   16 or 32: the width of a vector register,
//   CONSILIUM_WIDE_SUMS      if there are SumOfLanes and StoreFourSums for 8 floats.
// Everything is in an unnamed namespace and nothing of the standard library with linkage is used,
// so that code for wider vectors cannot reach other translation units.

#include "modules/compress/kernels/factor_loops.h"

namespace consilium {
namespace {

template <typename Scalar>
struct VectorOf;
template <>
struct VectorOf<float> {
  typedef float Type __attribute__((vector_size(CONSILIUM_VECTOR_BYTES)));
};
template <>
struct VectorOf<double> {
  typedef double Type __attribute__((vector_size(CONSILIUM_VECTOR_BYTES)));
};

// kFactorLanes numbers in registers.
template <typename Scalar>
struct Pack {
  using Vector = typename VectorOf<Scalar>::Type;
  static constexpr int kWidth = CONSILIUM_VECTOR_BYTES / static_cast<int>(sizeof(Scalar));
  static constexpr int kVectors = kFactorLanes / kWidth;
  Vector v[kVectors];

  [[gnu::always_inline]] static inline Pack Load(const Scalar* from) {
    Pack pack;
    __builtin_memcpy(pack.v, from, sizeof(pack.v));
    return pack;
  }
  [[gnu::always_inline]] static inline Pack Zero() { return Pack{}; }
  [[gnu::always_inline]] inline void Store(Scalar* to) const { __builtin_memcpy(to, v, sizeof(v)); }
  [[gnu::always_inline]] inline void AddTimes(const Pack& other, Scalar factor) {
    for (int k = 0; k < kVectors; ++k) v[k] += other.v[k] * factor;
  }
  [[gnu::always_inline]] inline void AddTimes(const Pack& a, const Pack& b) {
    for (int k = 0; k < kVectors; ++k) v[k] += a.v[k] * b.v[k];
  }
  [[gnu::always_inline]] inline void Add(const Pack& other) {
    for (int k = 0; k < kVectors; ++k) v[k] += other.v[k];
  }
  [[gnu::always_inline]] inline Scalar Sum() const {
#ifdef CONSILIUM_WIDE_SUMS
    if constexpr (sizeof(Scalar) == sizeof(float)) return SumOfLanes(v[0]);
#endif
    Scalar lane[kFactorLanes];
    __builtin_memcpy(lane, v, sizeof(v));
    return ((lane[0] + lane[1]) + (lane[2] + lane[3])) +
           ((lane[4] + lane[5]) + (lane[6] + lane[7]));
  }
};

template <typename Scalar, int kRows>
[[gnu::always_inline]] inline void StoreSums(const Pack<Scalar>* sums, Scalar* out) {
#ifdef CONSILIUM_WIDE_SUMS
  if constexpr (sizeof(Scalar) == sizeof(float) && kRows % 4 == 0) {
    for (int i = 0; i < kRows; i += 4)
      StoreFourSums(sums[i].v, sums[i + 1].v, sums[i + 2].v, sums[i + 3].v, out + i);
    return;
  }
#endif
  for (int i = 0; i < kRows; ++i) out[i] = sums[i].Sum();
}

template <typename Scalar>
void AddRows(Scalar* matrix, int rows, int stride, const Scalar* values, int cols) {
  const int whole = cols / kFactorLanes * kFactorLanes;
  for (int i = 0; i < rows; ++i, matrix += stride, values += cols) {
    for (int j = 0; j < whole; j += kFactorLanes) {
      Pack<Scalar> sum = Pack<Scalar>::Load(matrix + j);
      sum.Add(Pack<Scalar>::Load(values + j));
      sum.Store(matrix + j);
    }
    for (int j = whole; j < cols; ++j) matrix[j] += values[j];
  }
}

// kRank rows of the right factor, kPacks packs of columns at once.
template <typename Scalar, int kRank, int kPacks>
[[gnu::always_inline]] inline void LeftProductPart(const Scalar* matrix, int rows, int stride,
                                                   const Scalar* left, int left_stride,
                                                   Scalar* right) {
  Pack<Scalar> sum[kRank][kPacks];
  for (int c = 0; c < kRank; ++c) {
    for (int p = 0; p < kPacks; ++p) sum[c][p] = Pack<Scalar>::Zero();
  }
  for (int i = 0; i < rows; ++i, matrix += stride) {
    for (int p = 0; p < kPacks; ++p) {
      const Pack<Scalar> row = Pack<Scalar>::Load(matrix + p * kFactorLanes);
      for (int c = 0; c < kRank; ++c) sum[c][p].AddTimes(row, left[c * left_stride + i]);
    }
  }
  for (int c = 0; c < kRank; ++c) {
    for (int p = 0; p < kPacks; ++p) sum[c][p].Store(right + c * stride + p * kFactorLanes);
  }
}

template <typename Scalar, int kRank, int kPacks>
void LeftProductOfRank(const Scalar* matrix, int rows, int stride, const Scalar* left,
                       int left_stride, Scalar* right) {
  int j = 0;
  for (; j + kPacks * kFactorLanes <= stride; j += kPacks * kFactorLanes) {
    LeftProductPart<Scalar, kRank, kPacks>(matrix + j, rows, stride, left, left_stride, right + j);
  }
  for (; j < stride; j += kFactorLanes) {
    LeftProductPart<Scalar, kRank, 1>(matrix + j, rows, stride, left, left_stride, right + j);
  }
}

template <typename Scalar>
void LeftProduct(const Scalar* matrix, int rows, int stride, const Scalar* left, int left_stride,
                 int rank, Scalar* right) {
  while (rank > 0) {
    const int step = rank >= 8 ? 8 : rank >= 4 ? 4 : rank >= 2 ? 2 : 1;
    if (step == 8) {
      LeftProductOfRank<Scalar, 8, 1>(matrix, rows, stride, left, left_stride, right);
    } else if (step == 4) {
      LeftProductOfRank<Scalar, 4, 2>(matrix, rows, stride, left, left_stride, right);
    } else if (step == 2) {
      LeftProductOfRank<Scalar, 2, 4>(matrix, rows, stride, left, left_stride, right);
    } else {
      LeftProductOfRank<Scalar, 1, 4>(matrix, rows, stride, left, left_stride, right);
    }
    rank -= step;
    left += step * left_stride;
    right += step * stride;
  }
}

// kRows dot products of rows with each of kRank vectors.
template <typename Scalar, int kRank, int kRows>
[[gnu::always_inline]] inline void RightProductPart(const Scalar* matrix, int stride,
                                                    const Scalar* right, Scalar* left,
                                                    int left_stride) {
  Pack<Scalar> sum[kRank][kRows];
  for (int c = 0; c < kRank; ++c) {
    for (int i = 0; i < kRows; ++i) sum[c][i] = Pack<Scalar>::Zero();
  }
  for (int j = 0; j < stride; j += kFactorLanes) {
    for (int c = 0; c < kRank; ++c) {
      const Pack<Scalar> factor = Pack<Scalar>::Load(right + c * stride + j);
      for (int i = 0; i < kRows; ++i) {
        sum[c][i].AddTimes(Pack<Scalar>::Load(matrix + i * stride + j), factor);
      }
    }
  }
  for (int c = 0; c < kRank; ++c) StoreSums<Scalar, kRows>(sum[c], left + c * left_stride);
}

template <typename Scalar, int kRows>
[[gnu::always_inline]] inline void RightProductRows(const Scalar* matrix, int stride,
                                                    const Scalar* right, int rank, Scalar* left,
                                                    int left_stride) {
  for (; rank >= 2; rank -= 2, left += 2 * left_stride, right += 2 * stride) {
    RightProductPart<Scalar, 2, kRows>(matrix, stride, right, left, left_stride);
  }
  if (rank == 1) RightProductPart<Scalar, 1, kRows>(matrix, stride, right, left, left_stride);
}

template <typename Scalar>
void RightProduct(const Scalar* matrix, int rows, int stride, const Scalar* right, int rank,
                  Scalar* left, int left_stride) {
  int i = 0;
  if (rank == 1) {
    for (; i + 8 <= rows; i += 8, matrix += 8 * static_cast<long>(stride)) {
      RightProductPart<Scalar, 1, 8>(matrix, stride, right, left + i, left_stride);
    }
  }
  for (; i + 4 <= rows; i += 4, matrix += 4 * static_cast<long>(stride)) {
    RightProductRows<Scalar, 4>(matrix, stride, right, rank, left + i, left_stride);
  }
  for (; i < rows; ++i, matrix += stride) {
    RightProductRows<Scalar, 1>(matrix, stride, right, rank, left + i, left_stride);
  }
}

template <typename Scalar, int kRank>
void AddOuterOfRank(Scalar* matrix, int rows, int stride, const Scalar* left, int left_stride,
                    const Scalar* right, Scalar sign) {
  for (int j = 0; j < stride; j += kFactorLanes) {
    Pack<Scalar> factor[kRank];
    for (int c = 0; c < kRank; ++c) {
      factor[c] = Pack<Scalar>::Zero();
      factor[c].AddTimes(Pack<Scalar>::Load(right + c * stride + j), sign);
    }
    Scalar* at = matrix + j;
    for (int i = 0; i < rows; ++i, at += stride) {
      Pack<Scalar> row = Pack<Scalar>::Load(at);
      for (int c = 0; c < kRank; ++c) row.AddTimes(factor[c], left[c * left_stride + i]);
      row.Store(at);
    }
  }
}

template <typename Scalar>
void AddOuter(Scalar* matrix, int rows, int stride, const Scalar* left, int left_stride,
              const Scalar* right, int rank, Scalar sign) {
  while (rank > 0) {
    const int step = rank >= 8 ? 8 : rank >= 4 ? 4 : rank >= 2 ? 2 : 1;
    if (step == 8) {
      AddOuterOfRank<Scalar, 8>(matrix, rows, stride, left, left_stride, right, sign);
    } else if (step == 4) {
      AddOuterOfRank<Scalar, 4>(matrix, rows, stride, left, left_stride, right, sign);
    } else if (step == 2) {
      AddOuterOfRank<Scalar, 2>(matrix, rows, stride, left, left_stride, right, sign);
    } else {
      AddOuterOfRank<Scalar, 1>(matrix, rows, stride, left, left_stride, right, sign);
    }
    rank -= step;
    left += step * left_stride;
    right += step * stride;
  }
}

// One row of left' right from column `from` on, into whole packs at `out`.
template <typename Scalar, bool kAdd>
[[gnu::always_inline]] inline Pack<Scalar> ExpandPack(const Scalar* left, int left_stride,
                                                      const Scalar* right, int rank, int stride,
                                                      const Scalar* out) {
  Pack<Scalar> sum = kAdd ? Pack<Scalar>::Load(out) : Pack<Scalar>::Zero();
  for (int c = 0; c < rank; ++c) {
    sum.AddTimes(Pack<Scalar>::Load(right + c * stride), left[c * left_stride]);
  }
  return sum;
}

template <typename Scalar, bool kAdd>
void ExpandRows(const Scalar* left, int left_stride, const Scalar* right, int rank, int rows,
                int cols, int stride, Scalar* out) {
  const int whole = cols / kFactorLanes * kFactorLanes;
  for (int i = 0; i < rows; ++i, out += cols) {
    for (int j = 0; j < whole; j += kFactorLanes) {
      ExpandPack<Scalar, kAdd>(left + i, left_stride, right + j, rank, stride, out + j)
          .Store(out + j);
    }
    if (whole == cols) continue;
    Scalar last[kFactorLanes] = {};
    const auto bytes = static_cast<unsigned long>(cols - whole) * sizeof(Scalar);
    if (kAdd) __builtin_memcpy(last, out + whole, bytes);
    ExpandPack<Scalar, kAdd>(left + i, left_stride, right + whole, rank, stride, last).Store(last);
    __builtin_memcpy(out + whole, last, bytes);
  }
}

template <typename Scalar>
void Expand(const Scalar* left, int left_stride, const Scalar* right, int rank, int rows, int cols,
            int stride, bool add, Scalar* out) {
  if (add) {
    ExpandRows<Scalar, true>(left, left_stride, right, rank, rows, cols, stride, out);
  } else {
    ExpandRows<Scalar, false>(left, left_stride, right, rank, rows, cols, stride, out);
  }
}

}  // namespace
}  // namespace consilium
