#include "server/federation/held_exchange.h"

#include <algorithm>
#include <utility>

namespace consilium {
namespace {

std::vector<bool> HeldBlocks(const ExchangeOptions& options) {
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

class HeldExchange final : public Exchange<float> {
 public:
  HeldExchange(std::unique_ptr<Exchange<float>> inner, std::vector<Block> held)
      : inner_(std::move(inner)), held_(std::move(held)) {}

  std::vector<Outgoing> Begin(std::span<const float> values) override {
    part_.clear();
    for (const Block& block : held_) {
      const auto from = values.subspan(block.offset, block.size);
      part_.insert(part_.end(), from.begin(), from.end());
    }
    return inner_->Begin(part_);
  }

  StatusOr<std::vector<Outgoing>> Receive(int from, std::string_view body) override {
    return inner_->Receive(from, body);
  }
  bool Complete() const override { return inner_->Complete(); }
  std::vector<int> Missing() const override { return inner_->Missing(); }
  std::vector<Outgoing> Deadline() override { return inner_->Deadline(); }

  void End(std::span<float> values) override {
    inner_->End(part_);
    auto from = part_.begin();
    for (const Block& block : held_) {
      std::copy_n(from, block.size, values.subspan(block.offset, block.size).begin());
      from += static_cast<ptrdiff_t>(block.size);
    }
  }

 private:
  const std::unique_ptr<Exchange<float>> inner_;
  const std::vector<Block> held_;
  std::vector<float> part_;
};

}  // namespace

StatusOr<std::unique_ptr<Exchange<float>>> MakeHeldExchange(ExchangeOptions options) {
  const std::vector<bool> held = HeldBlocks(options);
  const auto count = std::count(held.begin(), held.end(), true);
  if (count == 0 || count == static_cast<ptrdiff_t>(held.size())) {
    return MakeExchange<float>(options);
  }
  std::vector<Block> blocks;
  for (size_t b = 0; b < held.size(); ++b) {
    if (held[b]) blocks.push_back(options.shape.blocks[b]);
  }
  options.shape = HeldShape(options.shape, held);
  for (std::vector<double>& weights : options.weights) {
    std::vector<double> part;
    for (size_t b = 0; b < held.size(); ++b) {
      if (held[b]) part.push_back(weights[b]);
    }
    weights = std::move(part);
  }
  ASSIGN_OR_RETURN(auto inner, MakeExchange<float>(options));
  return std::unique_ptr<Exchange<float>>(
      std::make_unique<HeldExchange>(std::move(inner), std::move(blocks)));
}

}  // namespace consilium
