#include <cmath>
#include <utility>

#include "modules/optim/optimiser.h"

namespace consilium::optim {
namespace {

// Moments: the sums of squared gradients.
class Adagrad final : public Optimiser {
 public:
  Adagrad(AdagradOptions options, size_t parameters) : options_(options), parameters_(parameters) {
    state_.moments.assign(parameters, 0);
  }

  void Step(std::span<const float> gradient, double rate, std::span<const Block> trainable,
            std::span<float> parameters) override {
    ++state_.steps;
    const auto step = static_cast<float>(rate);
    const auto decay = static_cast<float>(options_.weight_decay);
    const auto epsilon = static_cast<float>(options_.epsilon);
    for (const Block& block : trainable) {
      const float* __restrict g = gradient.data() + block.offset;
      float* __restrict v = state_.moments.data() + block.offset;
      float* __restrict p = parameters.data() + block.offset;
      for (size_t i = 0; i < block.size; ++i) {
        v[i] += g[i] * g[i];
        p[i] -= step * (g[i] / (std::sqrt(v[i]) + epsilon) + decay * p[i]);
      }
    }
  }

  const OptimiserState& state() const override { return state_; }

  Status Restore(OptimiserState state) override {
    if (state.moments.size() != parameters_ || state.steps < 0) {
      return InvalidArgument("state of {} sums after {} steps; Adagrad of {} parameters has {}",
                             state.moments.size(), state.steps, parameters_, parameters_);
    }
    state_ = std::move(state);
    return OkStatus();
  }

 private:
  const AdagradOptions options_;
  const size_t parameters_;
  OptimiserState state_;
};

}  // namespace

std::unique_ptr<Optimiser> NewAdagrad(AdagradOptions options, size_t parameters) {
  return std::make_unique<Adagrad>(options, parameters);
}

}  // namespace consilium::optim
