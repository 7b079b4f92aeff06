#include <utility>

#include "modules/optim/optimiser.h"

namespace consilium {
namespace {

// Moments: the velocities; none without momentum.
class Sgd final : public Optimiser {
 public:
  Sgd(SgdOptions options, size_t parameters)
      : options_(options), moments_(options.momentum > 0 ? parameters : 0) {
    state_.moments.assign(moments_, 0);
  }

  void Step(std::span<const float> gradient, double rate, std::span<const Block> trainable,
            std::span<float> parameters) override {
    ++state_.steps;
    const auto step = static_cast<float>(rate);
    const auto decay = static_cast<float>(options_.weight_decay);
    const auto momentum = static_cast<float>(options_.momentum);
    for (const Block& block : trainable) {
      for (size_t i = block.offset; i < block.offset + block.size; ++i) {
        float direction = gradient[i];
        if (moments_ > 0) {
          float& velocity = state_.moments[i];
          velocity = momentum * velocity + gradient[i];
          direction = options_.nesterov ? gradient[i] + momentum * velocity : velocity;
        }
        parameters[i] -= step * (direction + decay * parameters[i]);
      }
    }
  }

  const OptimiserState& state() const override { return state_; }

  Status Restore(OptimiserState state) override {
    if (state.moments.size() != moments_ || state.steps < 0) {
      return InvalidArgument("state of {} velocities after {} steps; this SGD has {}",
                             state.moments.size(), state.steps, moments_);
    }
    state_ = std::move(state);
    return OkStatus();
  }

 private:
  const SgdOptions options_;
  const size_t moments_;
  OptimiserState state_;
};

}  // namespace

std::unique_ptr<Optimiser> NewSgd(SgdOptions options, size_t parameters) {
  return std::make_unique<Sgd>(options, parameters);
}

}  // namespace consilium
