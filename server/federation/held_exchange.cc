#include "server/federation/held_exchange.h"

#include <algorithm>
#include <utility>

namespace consilium::federation {
namespace {

std::vector<bool> HeldBlocks(const schedule::ExchangeOptions& options) {
  std::vector<bool> held(options.shape.blocks.size(), false);
  for (const std::vector<double>& weights : options.weights) {
    for (size_t b = 0; b < std::min(held.size(), weights.size()); ++b) {
      if (weights[b] > 0) held[b] = true;
    }
  }
  return held;
}

// The parts of a shape that are held, moved together.
FlatShape HeldShape(const FlatShape& shape, const std::vector<bool>& held) {
  FlatShape part;
  std::vector<int> index(held.size(), -1);
  for (size_t b = 0; b < held.size(); ++b) {
    if (!held[b]) continue;
    index[b] = static_cast<int>(part.blocks.size());
    part.blocks.push_back({part.size(), shape.blocks[b].size});
  }
  for (MatrixSlice matrix : shape.matrices) {
    const auto b = static_cast<size_t>(matrix.block);
    if (!held[b]) continue;
    matrix.block = index[b];
    matrix.offset += part.blocks[static_cast<size_t>(index[b])].offset;
    matrix.offset -= shape.blocks[b].offset;
    part.matrices.push_back(matrix);
  }
  return part;
}

class HeldExchange final : public schedule::Exchange<float>,
                           private schedule::ErrorFeedback<float>,
                           private schedule::ControlVariates<float>,
                           private TrafficAccount {
 public:
  HeldExchange(std::unique_ptr<schedule::Exchange<float>> inner, const FlatShape& shape,
               std::vector<size_t> held)
      : inner_(std::move(inner)),
        blocks_(shape.blocks),
        held_(std::move(held)),
        correction_(shape.size()) {}

  std::vector<schedule::Outgoing> Begin(std::span<const float> values) override {
    Gather(values);
    return inner_->Begin(part_);
  }

  StatusOr<std::vector<schedule::Outgoing>> Receive(int from, schedule::Incoming message) override {
    return inner_->Receive(from, message);
  }
  bool Complete() const override { return inner_->Complete(); }
  std::vector<int> Missing() const override { return inner_->Missing(); }
  std::vector<schedule::Outgoing> Deadline() override { return inner_->Deadline(); }

  schedule::Extras<float> Extras() override {
    return {.error = this, .control = this, .traffic = this};
  }

  void End(std::span<float> values) override {
    inner_->End(part_);
    Spread(part_, values);
    Spread(CorrectionOf(*inner_), correction_);
  }

 private:
  void AddTraffic(std::span<BlockTraffic> by_block) const override {
    std::vector<BlockTraffic> held(held_.size());
    AddTrafficOf(*inner_, held);
    for (size_t i = 0; i < held.size(); ++i) by_block[held_[i]] += held[i];
  }

  std::vector<float> Owed() const override {
    const std::vector<float> owed = OwedOf(*inner_);
    if (owed.empty()) return {};
    std::vector<float> all(correction_.size());
    Spread(owed, all);
    return all;
  }
  Status Owe(std::span<const float> owed) override {
    if (owed.empty()) return OkStatus();
    if (owed.size() != correction_.size()) {
      return InvalidArgument("{} numbers are owed, expected {}", owed.size(), correction_.size());
    }
    Gather(owed);
    return OweTo(*inner_, part_);
  }

  std::span<const float> Correction() const override {
    return CorrectionOf(*inner_).empty() ? std::span<const float>() : correction_;
  }

  void Gather(std::span<const float> values) {
    part_.clear();
    for (const size_t b : held_) {
      const auto from = values.subspan(blocks_[b].offset, blocks_[b].size);
      part_.insert(part_.end(), from.begin(), from.end());
    }
  }

  // Nothing happens if `part` is empty.
  void Spread(std::span<const float> part, std::span<float> values) const {
    for (const size_t b : held_) {
      if (part.empty()) return;
      std::ranges::copy(part.first(blocks_[b].size), values.subspan(blocks_[b].offset).begin());
      part = part.subspan(blocks_[b].size);
    }
  }

  const std::unique_ptr<schedule::Exchange<float>> inner_;
  const std::vector<Block> blocks_;
  const std::vector<size_t> held_;  // of the blocks
  std::vector<float> part_;
  std::vector<float> correction_;  // 0 in blocks that nobody holds
};

}  // namespace

schedule::ExchangeOptions HeldOnly(schedule::ExchangeOptions options) {
  const std::vector<bool> held = HeldBlocks(options);
  if (std::count(held.begin(), held.end(), true) == 0) return options;
  options.shape = HeldShape(options.shape, held);
  for (std::vector<double>& weights : options.weights) {
    std::vector<double> part;
    for (size_t b = 0; b < held.size(); ++b) {
      if (held[b]) part.push_back(weights[b]);
    }
    weights = std::move(part);
  }
  return options;
}

StatusOr<std::unique_ptr<schedule::Exchange<float>>> MakeHeldExchange(
    schedule::ExchangeOptions options, const ExchangeMaker& make) {
  const std::vector<bool> held = HeldBlocks(options);
  const auto count = std::count(held.begin(), held.end(), true);
  if (count == 0 || count == static_cast<ptrdiff_t>(held.size())) {
    return make(options);
  }
  std::vector<size_t> blocks;
  for (size_t b = 0; b < held.size(); ++b) {
    if (held[b]) blocks.push_back(b);
  }
  const FlatShape whole = options.shape;
  ASSIGN_OR_RETURN(auto inner, make(HeldOnly(std::move(options))));
  return std::unique_ptr<schedule::Exchange<float>>(
      std::make_unique<HeldExchange>(std::move(inner), whole, std::move(blocks)));
}

}  // namespace consilium::federation
