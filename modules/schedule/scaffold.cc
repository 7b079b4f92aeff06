#include "modules/schedule/scaffold.h"

#include <algorithm>
#include <utility>

namespace consilium::schedule {
namespace {

template <typename Scalar>
class Scaffold final : public Exchange<Scalar>,
                       private ErrorFeedback<Scalar>,
                       private ControlVariates<Scalar>,
                       private TrafficAccount {
 public:
  Scaffold(std::unique_ptr<Exchange<Scalar>> reduce, const FlatShape& shape,
           std::vector<double> own_weights, bool owes_of_mean)
      : reduce_(std::move(reduce)),
        owes_of_mean_(owes_of_mean),
        blocks_(shape.blocks),
        own_weights_(std::move(own_weights)),
        own_(shape.size(), 0),
        common_(shape.size(), 0),
        correction_(shape.size(), 0),
        doubled_(2 * shape.size(), 0) {}

  std::vector<Outgoing> Begin(std::span<const Scalar> values) override {
    const size_t size = own_.size();
    const std::vector<Scalar> owed = owes_of_mean_ ? std::vector<Scalar>() : OwedOf(*reduce_);
    for (size_t b = 0; b < blocks_.size(); ++b) {
      const bool holds = own_weights_[b] > 0;
      for (size_t i = blocks_[b].offset; i < blocks_[b].offset + blocks_[b].size; ++i) {
        own_[i] = holds ? own_[i] - common_[i] - values[i] : common_[i];
        doubled_[i] = values[i];
        doubled_[size + i] = own_[i] - common_[i];
        if (!owed.empty()) doubled_[size + i] -= owed[size + i];
      }
    }
    return reduce_->Begin(doubled_);
  }

  StatusOr<std::vector<Outgoing>> Receive(int from, Incoming message) override {
    return reduce_->Receive(from, message);
  }
  bool Complete() const override { return reduce_->Complete(); }
  std::vector<int> Missing() const override { return reduce_->Missing(); }
  std::vector<Outgoing> Deadline() override { return reduce_->Deadline(); }

  schedule::Extras<Scalar> Extras() override {
    return {.error = this, .control = this, .traffic = this};
  }

  void End(std::span<Scalar> values) override {
    const size_t size = own_.size();
    reduce_->End(doubled_);
    std::copy_n(doubled_.begin(), size, values.begin());
    for (size_t b = 0; b < blocks_.size(); ++b) {
      const bool holds = own_weights_[b] > 0;
      for (size_t i = blocks_[b].offset; i < blocks_[b].offset + blocks_[b].size; ++i) {
        common_[i] += doubled_[size + i];
        correction_[i] = holds ? own_[i] - common_[i] : Scalar{0};
      }
    }
  }

 private:
  void AddTraffic(std::span<BlockTraffic> traffic) const override {
    std::vector<BlockTraffic> doubled(2 * blocks_.size());
    AddTrafficOf(*reduce_, doubled);
    for (size_t b = 0; b < doubled.size(); ++b) traffic[b % blocks_.size()] += doubled[b];
  }

  // Of the updates: control variates begin anew where an exchange does.
  std::vector<Scalar> Owed() const override {
    std::vector<Scalar> owed = OwedOf(*reduce_);
    if (!owed.empty()) owed.resize(own_.size());
    return owed;
  }
  Status Owe(std::span<const Scalar> owed) override {
    if (owed.empty()) return OkStatus();
    if (owed.size() != own_.size()) {
      return InvalidArgument("{} numbers are owed, expected {}", owed.size(), own_.size());
    }
    std::vector<Scalar> doubled(owed.begin(), owed.end());
    doubled.resize(2 * owed.size());
    return OweTo(*reduce_, doubled);
  }

  std::span<const Scalar> Correction() const override { return correction_; }

  const std::unique_ptr<Exchange<Scalar>> reduce_;
  const bool owes_of_mean_;
  const std::vector<Block> blocks_;
  const std::vector<double> own_weights_;
  std::vector<Scalar> own_;     // C_i
  std::vector<Scalar> common_;  // C, the same bits at every site
  std::vector<Scalar> correction_;
  std::vector<Scalar> doubled_;
};

}  // namespace

FlatShape DoubledShape(const FlatShape& shape) {
  FlatShape doubled = shape;
  for (const Block& block : shape.blocks) {
    doubled.blocks.push_back({shape.size() + block.offset, block.size});
  }
  for (MatrixSlice matrix : shape.matrices) {
    matrix.offset += shape.size();
    matrix.block += static_cast<int>(shape.blocks.size());
    doubled.matrices.push_back(matrix);
  }
  return doubled;
}

template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeScaffold(std::unique_ptr<Exchange<Scalar>> reduce,
                                               const FlatShape& shape,
                                               std::vector<double> own_weights, bool owes_of_mean) {
  return std::make_unique<Scaffold<Scalar>>(std::move(reduce), shape, std::move(own_weights),
                                            owes_of_mean);
}

template std::unique_ptr<Exchange<float>> MakeScaffold(std::unique_ptr<Exchange<float>>,
                                                       const FlatShape&, std::vector<double>, bool);
template std::unique_ptr<Exchange<double>> MakeScaffold(std::unique_ptr<Exchange<double>>,
                                                        const FlatShape&, std::vector<double>,
                                                        bool);

}  // namespace consilium::schedule
