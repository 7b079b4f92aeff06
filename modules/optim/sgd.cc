#include <utility>

#include "modules/optim/optimiser.h"

namespace consilium::optim {
namespace {

// The three updates of one block, each a loop without branches that compilers turn into vectors.
struct Update {
  size_t n;
  const float* __restrict gradient;
  float* __restrict velocity;
  float* __restrict parameters;
  float rate, momentum, decay;
};

void Plain(const Update& u) {
  for (size_t i = 0; i < u.n; ++i) {
    u.parameters[i] -= u.rate * (u.gradient[i] + u.decay * u.parameters[i]);
  }
}

void HeavyBall(const Update& u) {
  for (size_t i = 0; i < u.n; ++i) {
    const float v = u.momentum * u.velocity[i] + u.gradient[i];
    u.velocity[i] = v;
    u.parameters[i] -= u.rate * (v + u.decay * u.parameters[i]);
  }
}

void Nesterov(const Update& u) {
  for (size_t i = 0; i < u.n; ++i) {
    const float v = u.momentum * u.velocity[i] + u.gradient[i];
    u.velocity[i] = v;
    u.parameters[i] -= u.rate * (u.gradient[i] + u.momentum * v + u.decay * u.parameters[i]);
  }
}

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
    for (const Block& block : trainable) {
      const Update update{block.size,
                          gradient.data() + block.offset,
                          moments_ > 0 ? state_.moments.data() + block.offset : nullptr,
                          parameters.data() + block.offset,
                          static_cast<float>(rate),
                          static_cast<float>(options_.momentum),
                          static_cast<float>(options_.weight_decay)};
      if (moments_ == 0) {
        Plain(update);
      } else if (options_.nesterov) {
        Nesterov(update);
      } else {
        HeavyBall(update);
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

}  // namespace consilium::optim
