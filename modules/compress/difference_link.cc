#include "modules/compress/difference_link.h"

#include <utility>

#include "modules/numbers.h"

namespace consilium::compress {
namespace {

template <typename Scalar>
class DifferenceLink final : public LinkCodec<Scalar> {
 public:
  explicit DifferenceLink(VectorCodec<Scalar> codec)
      : codec_(std::move(codec)), believed_(codec_.size()), said_(codec_.size()) {}

  using LinkCodec<Scalar>::Encode;
  void Encode(std::span<const Scalar> values, ByteWriter& writer) override {
    difference_.resize(believed_.size());
    for (size_t i = 0; i < believed_.size(); ++i) difference_[i] = values[i] - believed_[i];
    codec_.Encode(difference_, serial_++, writer, said_);
    for (size_t i = 0; i < believed_.size(); ++i) believed_[i] += said_[i];
  }

  Status Decode(std::string_view bytes) override {
    RETURN_IF_ERROR(codec_.Decode(bytes, serial_, said_));
    for (size_t i = 0; i < believed_.size(); ++i) said_[i] += believed_[i];
    RETURN_IF_ERROR(CheckWithin("what a message amounts to", std::span<const Scalar>(said_)));
    believed_.swap(said_);
    ++serial_;
    return OkStatus();
  }

  std::span<const Scalar> Believed() const override { return believed_; }

  void AddTraffic(std::span<BlockTraffic> by_block) const override {
    codec_.AddBytes(by_block);
    AddSquares<Scalar>(codec_.blocks(), difference_, said_, by_block);
  }

  std::vector<Scalar> State() const override {
    std::vector<Scalar> state = {SerialState<Scalar>(serial_)};
    state.insert(state.end(), believed_.begin(), believed_.end());
    return state;
  }

  Status Restore(std::span<const Scalar> state) override {
    RETURN_IF_ERROR(CheckSerialState(state, believed_.size() + 1));
    serial_ = static_cast<uint32_t>(state[0]);
    believed_.assign(state.begin() + 1, state.end());
    return OkStatus();
  }

 private:
  VectorCodec<Scalar> codec_;
  uint32_t serial_ = 0;
  std::vector<Scalar> believed_;    // R
  std::vector<Scalar> difference_;  // x - R before the last message; at the sender only
  std::vector<Scalar> said_;        // C of it; at the receiver room for the next R
};

}  // namespace

template <typename Scalar>
std::unique_ptr<LinkCodec<Scalar>> MakeDifferenceLink(VectorCodec<Scalar> codec) {
  return std::make_unique<DifferenceLink<Scalar>>(std::move(codec));
}

template std::unique_ptr<LinkCodec<float>> MakeDifferenceLink(VectorCodec<float>);
template std::unique_ptr<LinkCodec<double>> MakeDifferenceLink(VectorCodec<double>);

}  // namespace consilium::compress
