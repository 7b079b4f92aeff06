#ifndef CONSILIUM_MODULES_COMPRESS_FACTOR_PAIR_H_
#define CONSILIUM_MODULES_COMPRESS_FACTOR_PAIR_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "modules/aligned.h"
#include "modules/compress/kernels/factor_loops.h"
#include "modules/compress/low_rank.h"

namespace consilium::compress {

// The two thin factors of every compressed part and the count of power iterations done with them.
// In an even iteration the left factor is the known direction and the right one is computed and
// sent; in an odd one the other way round. Equal at all sites or ends made alike, as long as they
// get the same factors. Scalar is float or double. Not thread-safe.
template <typename Scalar>
class FactorPair {
 public:
  FactorPair(LowRankLayout layout, uint64_t seed);

  const LowRankLayout& layout() const { return layout_; }

  // Back to pseudo-random factors and iteration 0.
  void Reset();

  uint32_t iteration() const { return iteration_; }
  void Next() { ++iteration_; }
  Side direction() const { return iteration_ % 2 == 0 ? Side::kLeft : Side::kRight; }
  Side sent() const { return Opposite(direction()); }

  Scalar* left(const LowRankPart& part) { return left_.data() + part.left; }
  Scalar* right(const LowRankPart& part) { return right_.data() + part.right; }
  Scalar* factor(const LowRankPart& part, Side side) {
    return side == Side::kLeft ? left(part) : right(part);
  }
  const Scalar* factor(const LowRankPart& part, Side side) const {
    return side == Side::kLeft ? left_.data() + part.left : right_.data() + part.right;
  }

  // Exchanges all sent factors for those in `others`, which was made of the same layout's
  // left_size or right_size zeros or comes from here.
  void SwapSent(AlignedVector<Scalar>& others) {
    (sent() == Side::kLeft ? left_ : right_).swap(others);
  }

  Factors<Scalar> factors(const LowRankPart& part) const {
    return {factor(part, Side::kLeft), part.left_stride, factor(part, Side::kRight),
            part.right_stride, part.rank};
  }

  // Makes the direction of each part orthonormal.
  void OrthonormalizeDirections();

  // Computes a part's sent factor: the product of its padded matrix with its direction.
  void Multiply(const LowRankPart& part, std::span<const Scalar> padded);
  // Of `rows` rows from `first` of its matrix, which begin at `matrix`; band after band from the
  // first row on.
  void MultiplyBand(const LowRankPart& part, const Scalar* matrix, int first, int rows);

  // values (+)= direction times sent factor of one part, in the flat vector.
  void Expand(const LowRankPart& part, bool add, std::span<Scalar> values);

  // [iteration, left and right factor of each part in turn], without padding.
  size_t state_size() const;
  void AppendState(std::vector<Scalar>& state) const;
  void TakeState(std::span<const Scalar> state);  // requires state.size() == state_size()

 private:
  // Parts whose factors of one side have the same rank and stride.
  struct Alike {
    int rank = 0;
    int stride = 0;
    std::vector<size_t> parts;
  };
  std::vector<Alike> PartsAlike(Side side) const;

  const LowRankLayout layout_;
  const std::vector<Alike> alike_left_;
  const std::vector<Alike> alike_right_;
  const uint64_t seed_;
  const FactorLoops<Scalar>& loops_;
  uint32_t iteration_ = 0;
  AlignedVector<Scalar> left_;
  AlignedVector<Scalar> right_;
  std::vector<Frame<Scalar>> frames_;
};

// The rows of a part that are treated together, so that they stay in the second cache meanwhile.
template <typename Scalar>
int BandOf(const LowRankPart& part) {
  constexpr int kBytes = 128 << 10;
  return std::max(16, kBytes / static_cast<int>(sizeof(Scalar)) / part.stride);
}

// Writes rows of a part, which begin at `from`, with their padding.
template <typename Scalar>
void PadRows(const LowRankPart& part, const Scalar* from, int rows, Scalar* to);

// Writes a flat vector into a padded buffer.
template <typename Scalar>
void Pad(const LowRankLayout& layout, std::span<const Scalar> values, std::span<Scalar> padded);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_FACTOR_PAIR_H_
