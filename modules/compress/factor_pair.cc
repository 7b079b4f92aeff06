#include "modules/compress/factor_pair.h"

#include <algorithm>
#include <utility>

namespace consilium {

template <typename Scalar>
FactorPair<Scalar>::FactorPair(LowRankLayout layout, uint64_t seed)
    : layout_(std::move(layout)),
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
void FactorPair<Scalar>::OrthonormalizeDirections() {
  uint64_t seed = seed_ + 0x9e3779b97f4a7c15u * (iteration_ + 1);
  for (const LowRankPart& part : layout_.parts) {
    const FactorSpan span = FactorOf(part, direction());
    loops_.orthonormalize(factor(part, direction()), part.rank, span.length, span.stride, ++seed);
  }
}

template <typename Scalar>
void FactorPair<Scalar>::Multiply(std::span<const Scalar> padded) {
  for (const LowRankPart& part : layout_.parts) {
    if (part.rank == 0) continue;
    const Scalar* matrix = padded.data() + part.padded;
    if (direction() == Side::kLeft) {
      loops_.left_product(matrix, part.rows, part.stride, left(part), part.left_stride, part.rank,
                          right(part));
    } else {
      loops_.right_product(matrix, part.rows, part.stride, right(part), part.rank, left(part),
                           part.left_stride);
    }
  }
}

template <typename Scalar>
void FactorPair<Scalar>::Expand(const LowRankPart& part, bool add, std::span<Scalar> values) {
  loops_.expand(left(part), part.left_stride, right(part), part.rank, part.rows, part.cols,
                part.stride, add, values.data() + part.offset);
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
void Pad(const LowRankLayout& layout, std::span<const Scalar> values, std::span<Scalar> padded) {
  for (const LowRankPart& part : layout.parts) {
    const Scalar* from = values.data() + part.offset;
    Scalar* to = padded.data() + part.padded;
    for (int i = 0; i < part.rows; ++i, from += part.cols, to += part.stride) {
      std::copy_n(from, part.cols, to);
    }
  }
}

template class FactorPair<float>;
template class FactorPair<double>;
template void Pad(const LowRankLayout&, std::span<const float>, std::span<float>);
template void Pad(const LowRankLayout&, std::span<const double>, std::span<double>);

}  // namespace consilium
