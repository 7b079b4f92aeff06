#include "modules/schedule/server_optimiser.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

namespace consilium::schedule {
namespace {

constexpr std::array kServerOptimisers = {
    NamedServerOptimiser{"none", ServerOptimiserKind::kNone},
    NamedServerOptimiser{"momentum", ServerOptimiserKind::kMomentum},
    NamedServerOptimiser{"adam", ServerOptimiserKind::kAdam},
    NamedServerOptimiser{"yogi", ServerOptimiserKind::kYogi},
    NamedServerOptimiser{"adagrad", ServerOptimiserKind::kAdagrad},
};

// Of one number.
struct Moments {
  double mean;
  double square;
};

// Square roots and divisions of double are exact in their last bit everywhere, so that every site
// computes the same.
Moments Advance(const ServerOptimiserOptions& options, Moments moments, double update) {
  const double square = update * update;
  switch (options.kind) {
    case ServerOptimiserKind::kNone:
      return {update, 1};
    case ServerOptimiserKind::kMomentum:
      return {options.momentum * moments.mean + update, 1};
    case ServerOptimiserKind::kAdagrad:
      return {update, moments.square + square};
    case ServerOptimiserKind::kAdam:
      return {options.momentum * moments.mean + (1 - options.momentum) * update,
              options.beta2 * moments.square + (1 - options.beta2) * square};
    case ServerOptimiserKind::kYogi: {
      const double difference = moments.square - square;
      const double sign = difference > 0 ? 1 : difference < 0 ? -1 : 0;
      return {options.momentum * moments.mean + (1 - options.momentum) * update,
              moments.square - (1 - options.beta2) * square * sign};
    }
  }
  return moments;
}

template <typename Scalar>
class ServerOptimiser final : public Exchange<Scalar> {
 public:
  ServerOptimiser(std::unique_ptr<Exchange<Scalar>> reduce, std::vector<Block> blocks,
                  const ServerOptimiserOptions& options)
      : reduce_(std::move(reduce)),
        blocks_(std::move(blocks)),
        options_(options),
        adaptive_(options.kind != ServerOptimiserKind::kNone &&
                  options.kind != ServerOptimiserKind::kMomentum) {
    const size_t size = blocks_.empty() ? 0 : blocks_.back().offset + blocks_.back().size;
    mean_.assign(size, 0);
    square_.assign(adaptive_ ? size : 0, options.epsilon * options.epsilon);
  }

  std::vector<Outgoing> Begin(std::span<const Scalar> values) override {
    return reduce_->Begin(values);
  }
  StatusOr<std::vector<Outgoing>> Receive(int from, Incoming message) override {
    return reduce_->Receive(from, message);
  }
  bool Complete() const override { return reduce_->Complete(); }
  std::vector<int> Missing() const override { return reduce_->Missing(); }
  std::vector<Outgoing> Deadline() override { return reduce_->Deadline(); }
  schedule::Extras<Scalar> Extras() override { return reduce_->Extras(); }

  void End(std::span<Scalar> values) override {
    reduce_->End(values);
    for (const Block& block : blocks_) Step(block, values);
  }

 private:
  void Step(const Block& block, std::span<Scalar> values) {
    const std::span<Scalar> update = values.subspan(block.offset, block.size);
    if (std::ranges::all_of(update, [](Scalar number) { return number == 0; })) return;
    for (size_t k = 0; k < block.size; ++k) {
      const size_t i = block.offset + k;
      const Moments next =
          Advance(options_, {mean_[i], adaptive_ ? square_[i] : 1}, static_cast<double>(update[k]));
      const double scale = adaptive_ ? std::sqrt(next.square) + options_.epsilon : 1;
      const auto step = static_cast<Scalar>(options_.learning_rate * next.mean / scale);
      const bool finite =
          std::isfinite(step) && std::isfinite(next.mean) && std::isfinite(next.square);
      update[k] = finite ? step : Scalar{0};
      if (!finite) continue;
      mean_[i] = next.mean;
      if (adaptive_) square_[i] = next.square;
    }
  }

  const std::unique_ptr<Exchange<Scalar>> reduce_;
  const std::vector<Block> blocks_;
  const ServerOptimiserOptions options_;
  const bool adaptive_;
  std::vector<double> mean_;    // m
  std::vector<double> square_;  // v; empty if not adaptive
};

}  // namespace

Status CheckServerOptimiser(const ServerOptimiserOptions& options) {
  const auto positive = [](double number) { return number > 0 && std::isfinite(number); };
  const auto decay = [](double number) { return number >= 0 && number < 1; };
  if (!positive(options.learning_rate)) {
    return InvalidArgument("learning rate {} of the server optimiser, expected above 0",
                           options.learning_rate);
  }
  if (!positive(options.epsilon)) {
    return InvalidArgument("epsilon {} of the server optimiser, expected above 0", options.epsilon);
  }
  if (!decay(options.momentum) || !decay(options.beta2)) {
    return InvalidArgument("momentum {} and beta2 {} of the server optimiser, expected 0 to 1",
                           options.momentum, options.beta2);
  }
  return OkStatus();
}

std::span<const NamedServerOptimiser> AllServerOptimisers() { return kServerOptimisers; }

template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeServerOptimiser(std::unique_ptr<Exchange<Scalar>> reduce,
                                                      std::vector<Block> blocks,
                                                      const ServerOptimiserOptions& options) {
  return std::make_unique<ServerOptimiser<Scalar>>(std::move(reduce), std::move(blocks), options);
}

template std::unique_ptr<Exchange<float>> MakeServerOptimiser(std::unique_ptr<Exchange<float>>,
                                                              std::vector<Block>,
                                                              const ServerOptimiserOptions&);
template std::unique_ptr<Exchange<double>> MakeServerOptimiser(std::unique_ptr<Exchange<double>>,
                                                               std::vector<Block>,
                                                               const ServerOptimiserOptions&);

}  // namespace consilium::schedule
