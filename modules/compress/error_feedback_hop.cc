#include "modules/compress/error_feedback_hop.h"

#include <utility>

namespace consilium::compress {
namespace {

template <typename Scalar>
class ErrorFeedbackHop final : public HopCodec<Scalar> {
 public:
  explicit ErrorFeedbackHop(VectorCodec<Scalar> codec)
      : codec_(std::move(codec)), error_(codec_.size()), said_(codec_.size()) {}

  void Encode(std::span<const Scalar> values, uint32_t serial, ByteWriter& writer) override {
    wanted_.resize(error_.size());
    for (size_t i = 0; i < error_.size(); ++i) wanted_[i] = values[i] + error_[i];
    codec_.Encode(wanted_, serial, writer, said_);
  }

  std::span<const Scalar> Decoded() const override { return said_; }

  void Sent() override {
    for (size_t i = 0; i < error_.size(); ++i) error_[i] = wanted_[i] - said_[i];
  }

  void Unsent(std::span<const Scalar> own) override {
    for (size_t i = 0; i < error_.size(); ++i) error_[i] += own[i];
  }

  Status Decode(std::string_view bytes, uint32_t serial, std::span<Scalar> values) override {
    return codec_.Decode(bytes, serial, values);
  }

  void AddTraffic(std::span<BlockTraffic> by_block) const override {
    codec_.AddBytes(by_block);
    AddSquares<Scalar>(codec_.blocks(), wanted_, said_, by_block);
  }

  void AddDecoded(std::span<BlockTraffic> by_block) const override {
    codec_.AddBytesDecoded(by_block);
  }

  std::vector<Scalar> State() const override { return error_; }

  Status Restore(std::span<const Scalar> state) override {
    RETURN_IF_ERROR(CheckState(state, error_.size()));
    error_.assign(state.begin(), state.end());
    return OkStatus();
  }

 private:
  VectorCodec<Scalar> codec_;
  std::vector<Scalar> error_;
  std::vector<Scalar> wanted_;  // M of the message encoded last
  std::vector<Scalar> said_;    // C of it
};

}  // namespace

template <typename Scalar>
std::unique_ptr<HopCodec<Scalar>> MakeErrorFeedbackHop(VectorCodec<Scalar> codec) {
  return std::make_unique<ErrorFeedbackHop<Scalar>>(std::move(codec));
}

template std::unique_ptr<HopCodec<float>> MakeErrorFeedbackHop(VectorCodec<float>);
template std::unique_ptr<HopCodec<double>> MakeErrorFeedbackHop(VectorCodec<double>);

}  // namespace consilium::compress
