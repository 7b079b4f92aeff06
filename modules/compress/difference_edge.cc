#include "modules/compress/difference_edge.h"

#include <algorithm>
#include <utility>

#include "modules/numbers.h"

namespace consilium::compress {
namespace {

template <typename Scalar>
class DifferenceEdge final : public EdgeCodec<Scalar> {
 public:
  DifferenceEdge(VectorCodec<Scalar> codec, EdgeEnd end)
      : codec_(std::move(codec)),
        end_(end),
        own_(codec_.size()),
        other_(codec_.size()),
        said_(codec_.size()),
        heard_(codec_.size()) {}

  using EdgeCodec<Scalar>::Encode;
  void Encode(std::span<const Scalar> values, ByteWriter& writer) override {
    change_.resize(own_.size());
    for (size_t i = 0; i < own_.size(); ++i) change_[i] = values[i] - own_[i];
    codec_.Encode(change_, serial_, writer, said_);
  }

  Status Decode(std::string_view bytes, std::span<Scalar> difference) override {
    RETURN_IF_ERROR(codec_.Decode(bytes, serial_, heard_));
    for (size_t i = 0; i < other_.size(); ++i) heard_[i] += other_[i];
    RETURN_IF_ERROR(CheckWithin("what a message amounts to", std::span<const Scalar>(heard_)));
    other_.swap(heard_);
    for (size_t i = 0; i < own_.size(); ++i) {
      own_[i] += said_[i];
      difference[i] = other_[i] - own_[i];
    }
    ++serial_;
    return OkStatus();
  }

  void Reset() override {
    serial_ = 0;
    std::fill(own_.begin(), own_.end(), Scalar{0});
    std::fill(other_.begin(), other_.end(), Scalar{0});
  }

  void AddTraffic(std::span<BlockTraffic> by_block) const override {
    codec_.AddBytes(by_block);
    AddSquares<Scalar>(codec_.blocks(), change_, said_, by_block);
  }

  std::vector<Scalar> State() const override {
    const bool low = end_ == EdgeEnd::kLow;
    std::vector<Scalar> state = {SerialState<Scalar>(serial_)};
    for (const std::vector<Scalar>* known : {low ? &own_ : &other_, low ? &other_ : &own_}) {
      state.insert(state.end(), known->begin(), known->end());
    }
    return state;
  }

  Status Restore(std::span<const Scalar> state) override {
    const size_t size = own_.size();
    RETURN_IF_ERROR(CheckSerialState(state, 1 + 2 * size));
    const bool low = end_ == EdgeEnd::kLow;
    serial_ = static_cast<uint32_t>(state[0]);
    std::copy_n(state.begin() + 1, size, (low ? own_ : other_).begin());
    std::copy_n(state.end() - static_cast<std::ptrdiff_t>(size), size,
                (low ? other_ : own_).begin());
    return OkStatus();
  }

 private:
  VectorCodec<Scalar> codec_;
  const EdgeEnd end_;
  uint32_t serial_ = 0;
  std::vector<Scalar> own_;     // x^ of this end
  std::vector<Scalar> other_;   // x^ of the other
  std::vector<Scalar> change_;  // x - x^ of this end, of the message encoded last
  std::vector<Scalar> said_;    // C of it
  std::vector<Scalar> heard_;   // room for the next other_
};

}  // namespace

template <typename Scalar>
std::unique_ptr<EdgeCodec<Scalar>> MakeDifferenceEdge(VectorCodec<Scalar> codec, EdgeEnd end) {
  return std::make_unique<DifferenceEdge<Scalar>>(std::move(codec), end);
}

template std::unique_ptr<EdgeCodec<float>> MakeDifferenceEdge(VectorCodec<float>, EdgeEnd);
template std::unique_ptr<EdgeCodec<double>> MakeDifferenceEdge(VectorCodec<double>, EdgeEnd);

}  // namespace consilium::compress
