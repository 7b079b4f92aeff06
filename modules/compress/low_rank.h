#ifndef CONSILIUM_MODULES_COMPRESS_LOW_RANK_H_
#define CONSILIUM_MODULES_COMPRESS_LOW_RANK_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"
#include "modules/slices.h"

namespace consilium::compress {

// One matrix of the flat vector: compressed to factors of `rank`, or, with rank 0, uncompressed
// (then it counts as one row). Padded buffers and factors hold it as factor_loops.h says.
struct LowRankPart {
  size_t offset = 0;  // in the flat vector
  int rows = 0;
  int cols = 0;
  int rank = 0;
  int block = 0;
  int stride = 0;  // of a row in the padded buffer
  int left_stride = 0;
  int right_stride = 0;
  size_t padded = 0;  // where it begins in the padded buffer
  size_t left = 0;    // where its left factor begins in a buffer of all left factors
  size_t right = 0;

  size_t size() const { return static_cast<size_t>(rows) * static_cast<size_t>(cols); }
};

// How a flat vector divides into compressed and uncompressed parts: all in order, without gaps.
struct LowRankLayout {
  std::vector<LowRankPart> parts;
  std::vector<Block> blocks;
  size_t flat_size = 0;
  size_t padded_size = 0;
  size_t left_size = 0;
  size_t right_size = 0;
};

// A side of a matrix: which of its two factors.
enum class Side { kLeft, kRight };
inline Side Opposite(Side side) { return side == Side::kLeft ? Side::kRight : Side::kLeft; }

// Refuses a shape whose matrices do not fill its blocks one after the other.
Status CheckMatrices(const FlatShape& shape);

// min(rank, rows, cols) if it makes the matrix, of more than one row and column, smaller by more
// than min_compression, numel / (rank (rows + cols) iterations / 2) (docs/papers.md, PowerSGD);
// else 0.
int RankOf(const MatrixSlice& matrix, int rank, int iterations, double min_compression);

// The layout of these ranks, one for each matrix; 0 leaves it uncompressed. Requires what
// CheckMatrices does.
LowRankLayout LayOut(const FlatShape& shape, const std::vector<int>& ranks);

// Plans RankOf each matrix. Refuses rank < 1, and what CheckMatrices does.
StatusOr<LowRankLayout> PlanLowRank(const FlatShape& shape, int rank, int iterations,
                                    double min_compression);

// How a message that carries one factor of each compressed part, and with `plain` the uncompressed
// parts, divides among the blocks.
std::vector<Block> MessageBlocks(const LowRankLayout& layout, Side factor, bool plain);

// The numbers in such a message.
size_t MessageSize(const LowRankLayout& layout, Side factor, bool plain);

// The largest number that a factor in a message may have so that its product with an orthonormal
// one is within half of kLargestNumber.
template <typename Scalar>
Scalar LargestFactor(const LowRankLayout& layout);

// Where a part's factor of that side begins, its padded row and its length without padding.
struct FactorSpan {
  size_t begin = 0;
  int stride = 0;
  int length = 0;
};
inline FactorSpan FactorOf(const LowRankPart& part, Side side) {
  if (side == Side::kLeft) return {part.left, part.left_stride, part.rows};
  return {part.right, part.right_stride, part.cols};
}

// The numbers of a part in a message that carries that factor of it, or all of it if uncompressed.
inline size_t NumbersOf(const LowRankPart& part, Side factor) {
  if (part.rank == 0) return part.size();
  return static_cast<size_t>(part.rank) * static_cast<size_t>(FactorOf(part, factor).length);
}

// Copies factors between a padded buffer and the numbers of a message; returns the number behind.
template <typename Scalar>
Scalar* PackFactor(const Scalar* factor, int rank, const FactorSpan& span, Scalar* message);
template <typename Scalar>
const Scalar* UnpackFactor(const Scalar* message, int rank, const FactorSpan& span, Scalar* factor);

// The sum of the squares of a factor's, or a padded matrix's, numbers.
template <typename Scalar>
double SquaredNorm(const Scalar* numbers, int vectors, int stride);

// Fills the factors of one side with pseudo-random numbers from `seed`; the padding stays 0.
template <typename Scalar>
void FillFactors(const LowRankLayout& layout, Side side, uint64_t seed, std::span<Scalar> factors);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_LOW_RANK_H_
