#include "modules/compress/low_rank.h"

#include <algorithm>
#include <cstring>

#include "base/random.h"
#include "modules/compress/kernels/factor_loops.h"
#include "modules/numbers.h"

namespace consilium::compress {
Status CheckMatrices(const FlatShape& shape) {
  size_t end = 0;
  for (const MatrixSlice& matrix : shape.matrices) {
    const auto b = static_cast<size_t>(matrix.block);
    if (matrix.rows < 1 || matrix.cols < 1 || matrix.offset != end || b >= shape.blocks.size() ||
        matrix.offset < shape.blocks[b].offset ||
        matrix.offset + matrix.size() > shape.blocks[b].offset + shape.blocks[b].size) {
      return InvalidArgument(
          "matrix {}x{} at {} in module {}: matrices must fill the modules one "
          "after the other",
          matrix.rows, matrix.cols, matrix.offset, matrix.block);
    }
    end += matrix.size();
  }
  if (end != shape.size()) {
    return InvalidArgument("matrices of {} numbers in modules of {}: every number must be in one",
                           end, shape.size());
  }
  return OkStatus();
}

int RankOf(const MatrixSlice& matrix, int rank, int iterations, double min_compression) {
  if (matrix.rows == 1 || matrix.cols == 1) return 0;
  const int possible = std::min({rank, matrix.rows, matrix.cols});
  const double sent = 0.5 * possible * iterations * (matrix.rows + matrix.cols);
  return static_cast<double>(matrix.size()) / sent > min_compression ? possible : 0;
}

LowRankLayout LayOut(const FlatShape& shape, const std::vector<int>& ranks) {
  LowRankLayout layout;
  layout.blocks = shape.blocks;
  layout.flat_size = shape.size();
  for (size_t k = 0; k < ranks.size(); ++k) {
    const MatrixSlice& matrix = shape.matrices[k];
    LowRankPart part{.offset = matrix.offset, .rows = matrix.rows, .cols = matrix.cols};
    part.rank = ranks[k];
    part.block = matrix.block;
    if (part.rank == 0) {
      part.rows = 1;
      part.cols = static_cast<int>(matrix.size());
    }
    part.stride = PaddedTo(part.cols);
    part.left_stride = FactorStride(part.rows);
    part.right_stride = FactorStride(part.cols);
    part.padded = layout.padded_size;
    part.left = layout.left_size;
    part.right = layout.right_size;
    layout.padded_size += static_cast<size_t>(part.rows) * static_cast<size_t>(part.stride);
    layout.left_size += static_cast<size_t>(part.rank) * static_cast<size_t>(part.left_stride);
    layout.right_size += static_cast<size_t>(part.rank) * static_cast<size_t>(part.right_stride);
    layout.parts.push_back(part);
  }
  return layout;
}

StatusOr<LowRankLayout> PlanLowRank(const FlatShape& shape, int rank, int iterations,
                                    double min_compression) {
  if (rank < 1) return InvalidArgument("rank {}: at least 1 is needed", rank);
  RETURN_IF_ERROR(CheckMatrices(shape));
  std::vector<int> ranks;
  for (const MatrixSlice& matrix : shape.matrices) {
    ranks.push_back(RankOf(matrix, rank, iterations, min_compression));
  }
  return LayOut(shape, ranks);
}

std::vector<Block> MessageBlocks(const LowRankLayout& layout, Side factor, bool plain) {
  std::vector<Block> blocks(layout.blocks.size());
  for (const LowRankPart& part : layout.parts) {
    if (part.rank == 0 && !plain) continue;
    blocks[static_cast<size_t>(part.block)].size += NumbersOf(part, factor);
  }
  size_t end = 0;
  for (Block& block : blocks) {
    block.offset = end;
    end += block.size;
  }
  return blocks;
}

size_t MessageSize(const LowRankLayout& layout, Side factor, bool plain) {
  size_t size = 0;
  for (const LowRankPart& part : layout.parts) {
    if (part.rank > 0 || plain) size += NumbersOf(part, factor);
  }
  return size;
}

namespace {

// As copy_n; most factors are too short for its call.
template <typename Scalar>
Scalar* CopyVector(const Scalar* from, int count, Scalar* to) {
  if (count < kFactorLanes) return std::copy_n(from, count, to);
  constexpr size_t kBytes = kFactorLanes * sizeof(Scalar);
  for (int i = 0; i < count - kFactorLanes; i += kFactorLanes) {
    std::memcpy(to + i, from + i, kBytes);
  }
  std::memcpy(to + count - kFactorLanes, from + count - kFactorLanes, kBytes);
  return to + count;
}

}  // namespace

template <typename Scalar>
Scalar LargestFactor(const LowRankLayout& layout) {
  int rank = 1;
  for (const LowRankPart& part : layout.parts) rank = std::max(rank, part.rank);
  return kLargestNumber<Scalar> / static_cast<Scalar>(2 * rank);
}

template <typename Scalar>
Scalar* PackFactor(const Scalar* factor, int rank, const FactorSpan& span, Scalar* message) {
  if (span.length == span.stride) return std::copy_n(factor, rank * span.stride, message);
  for (int c = 0; c < rank; ++c, factor += span.stride) {
    message = CopyVector(factor, span.length, message);
  }
  return message;
}

template <typename Scalar>
const Scalar* UnpackFactor(const Scalar* message, int rank, const FactorSpan& span,
                           Scalar* factor) {
  if (span.length == span.stride) {
    std::copy_n(message, rank * span.stride, factor);
    return message + rank * span.stride;
  }
  for (int c = 0; c < rank; ++c, factor += span.stride, message += span.length) {
    CopyVector(message, span.length, factor);
  }
  return message;
}

template <typename Scalar>
double SquaredNorm(const Scalar* numbers, int vectors, int stride) {
  double sum = 0;
  const size_t count = static_cast<size_t>(vectors) * static_cast<size_t>(stride);
  for (size_t i = 0; i < count; ++i) {
    sum += static_cast<double>(numbers[i]) * static_cast<double>(numbers[i]);
  }
  return sum;
}

template <typename Scalar>
void FillFactors(const LowRankLayout& layout, Side side, uint64_t seed, std::span<Scalar> factors) {
  Random random = Random::Named(seed, side == Side::kLeft ? "left factors" : "right factors");
  for (const LowRankPart& part : layout.parts) {
    const FactorSpan span = FactorOf(part, side);
    Scalar* row = factors.data() + span.begin;
    for (int c = 0; c < part.rank; ++c, row += span.stride) {
      for (int i = 0; i < span.length; ++i) row[i] = static_cast<Scalar>(random.Normal());
    }
  }
}

template float LargestFactor<float>(const LowRankLayout&);
template double LargestFactor<double>(const LowRankLayout&);
template float* PackFactor(const float*, int, const FactorSpan&, float*);
template double* PackFactor(const double*, int, const FactorSpan&, double*);
template const float* UnpackFactor(const float*, int, const FactorSpan&, float*);
template const double* UnpackFactor(const double*, int, const FactorSpan&, double*);
template double SquaredNorm(const float*, int, int);
template double SquaredNorm(const double*, int, int);
template void FillFactors(const LowRankLayout&, Side, uint64_t, std::span<float>);
template void FillFactors(const LowRankLayout&, Side, uint64_t, std::span<double>);

}  // namespace consilium::compress
