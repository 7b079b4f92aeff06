#include "modules/compress/factor_pair.h"

#include <algorithm>
#include <utility>

namespace consilium::compress {

template <typename Scalar>
FactorPair<Scalar>::FactorPair(LowRankLayout layout, uint64_t seed)
    : layout_(std::move(layout)),
      alike_left_(PartsAlike(Side::kLeft)),
      alike_right_(PartsAlike(Side::kRight)),
      seed_(seed),
      loops_(BestFactorLoops<Scalar>()),
      left_(layout_.left_size),
      right_(layout_.right_size) {
  Reset();
}

template <typename Scalar>
void FactorPair<Scalar>::Reset() {
  iteration_ = 0;
  FillFactors(layout_, Side::kLeft, seed_, std::span<Scalar>(left_));
  FillFactors(layout_, Side::kRight, seed_, std::span<Scalar>(right_));
}

template <typename Scalar>
std::vector<typename FactorPair<Scalar>::Alike> FactorPair<Scalar>::PartsAlike(Side side) const {
  std::vector<Alike> groups;
  for (size_t k = 0; k < layout_.parts.size(); ++k) {
    const int rank = layout_.parts[k].rank;
    const int stride = FactorOf(layout_.parts[k], side).stride;
    if (rank == 0) continue;
    const auto same = [&](const Alike& group) {
      return group.rank == rank && group.stride == stride;
    };
    auto group = std::find_if(groups.begin(), groups.end(), same);
    if (group == groups.end()) group = groups.insert(group, {rank, stride, {}});
    group->parts.push_back(k);
  }
  return groups;
}

template <typename Scalar>
void FactorPair<Scalar>::OrthonormalizeDirections() {
  const uint64_t seed = seed_ + 0x9e3779b97f4a7c15u * (iteration_ + 1);
  for (const Alike& group : direction() == Side::kLeft ? alike_left_ : alike_right_) {
    frames_.clear();
    for (const size_t k : group.parts) {
      const LowRankPart& part = layout_.parts[k];
      frames_.push_back({factor(part, direction()), FactorOf(part, direction()).length,
                         seed + static_cast<uint64_t>(k) + 1});
    }
    loops_.orthonormalize(frames_.data(), static_cast<int>(frames_.size()), group.rank,
                          group.stride);
  }
}

template <typename Scalar>
void FactorPair<Scalar>::MultiplyBand(const LowRankPart& part, const Scalar* matrix, int first,
                                      int rows) {
  if (part.rank == 0) return;
  if (direction() == Side::kLeft) {
    loops_.left_product(matrix, rows, part.stride, left(part) + first, part.left_stride, part.rank,
                        /*add=*/first > 0, right(part), part.right_stride);
  } else {
    loops_.right_product(matrix, rows, part.stride, right(part), part.right_stride, part.rank,
                         left(part) + first, part.left_stride);
  }
}

template <typename Scalar>
void FactorPair<Scalar>::Multiply(const LowRankPart& part, std::span<const Scalar> padded) {
  MultiplyBand(part, padded.data() + part.padded, 0, part.rows);
}

template <typename Scalar>
void FactorPair<Scalar>::Expand(const LowRankPart& part, bool add, std::span<Scalar> values) {
  loops_.expand(factors(part), part.rows, part.cols, add, values.data() + part.offset);
}

template <typename Scalar>
size_t FactorPair<Scalar>::state_size() const {
  size_t size = 1;
  for (const LowRankPart& part : layout_.parts) {
    size += static_cast<size_t>(part.rank) * static_cast<size_t>(part.rows + part.cols);
  }
  return size;
}

template <typename Scalar>
void FactorPair<Scalar>::AppendState(std::vector<Scalar>& state) const {
  const size_t begin = state.size();
  state.resize(begin + state_size());
  Scalar* to = state.data() + begin;
  *to++ = static_cast<Scalar>(iteration_ % (1u << 23));
  for (const LowRankPart& part : layout_.parts) {
    to = PackFactor(left_.data() + part.left, part.rank, FactorOf(part, Side::kLeft), to);
    to = PackFactor(right_.data() + part.right, part.rank, FactorOf(part, Side::kRight), to);
  }
}

template <typename Scalar>
void FactorPair<Scalar>::TakeState(std::span<const Scalar> state) {
  const Scalar* from = state.data();
  iteration_ = static_cast<uint32_t>(*from++);
  for (const LowRankPart& part : layout_.parts) {
    from = UnpackFactor(from, part.rank, FactorOf(part, Side::kLeft), left(part));
    from = UnpackFactor(from, part.rank, FactorOf(part, Side::kRight), right(part));
  }
}

template <typename Scalar>
void PadRows(const LowRankPart& part, const Scalar* from, int rows, Scalar* to) {
  for (int i = 0; i < rows; ++i, from += part.cols, to += part.stride) {
    std::fill(std::copy_n(from, part.cols, to), to + part.stride, Scalar{0});
  }
}

template <typename Scalar>
void Pad(const LowRankLayout& layout, std::span<const Scalar> values, std::span<Scalar> padded) {
  for (const LowRankPart& part : layout.parts) {
    PadRows(part, values.data() + part.offset, part.rows, padded.data() + part.padded);
  }
}

template class FactorPair<float>;
template class FactorPair<double>;
template void PadRows(const LowRankPart&, const float*, int, float*);
template void PadRows(const LowRankPart&, const double*, int, double*);
template void Pad(const LowRankLayout&, std::span<const float>, std::span<float>);
template void Pad(const LowRankLayout&, std::span<const double>, std::span<double>);

}  // namespace consilium::compress
