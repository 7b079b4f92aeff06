#include <cmath>
#include <utility>

#include "modules/nn/kernels.h"
#include "modules/optim/optimiser.h"

namespace consilium::optim {
namespace {

// Moments: all means, then all squares.
class Adam final : public Optimiser {
 public:
  Adam(AdamOptions options, size_t parameters) : options_(options), parameters_(parameters) {
    state_.moments.assign(2 * parameters, 0);
  }

  void Step(std::span<const float> gradient, double rate, std::span<const Block> trainable,
            std::span<float> parameters) override {
    const auto t = static_cast<double>(++state_.steps);
    nn::AdamStep<float> step;
    step.beta1 = static_cast<float>(options_.beta1);
    step.beta2 = static_cast<float>(options_.beta2);
    step.rate = static_cast<float>(rate);
    step.decay = static_cast<float>(options_.weight_decay);
    step.l2 = static_cast<float>(options_.l2);
    step.epsilon = static_cast<float>(options_.epsilon);
    step.mean_correction = static_cast<float>(1 / (1 - std::pow(options_.beta1, t)));
    step.square_correction = static_cast<float>(1 / (1 - std::pow(options_.beta2, t)));
    for (const Block& block : trainable) {
      step.n = block.size;
      step.parameters = parameters.data() + block.offset;
      step.gradient = gradient.data() + block.offset;
      step.mean = state_.moments.data() + block.offset;
      step.square = step.mean + parameters_;
      nn::BestKernels<float>().adam(step);
    }
  }

  const OptimiserState& state() const override { return state_; }

  Status Restore(OptimiserState state) override {
    if (state.moments.size() != 2 * parameters_ || state.steps < 0) {
      return InvalidArgument("state of {} moments after {} steps; Adam of {} parameters has {}",
                             state.moments.size(), state.steps, parameters_, 2 * parameters_);
    }
    state_ = std::move(state);
    return OkStatus();
  }

 private:
  const AdamOptions options_;
  const size_t parameters_;
  OptimiserState state_;
};

}  // namespace

std::unique_ptr<Optimiser> NewAdam(AdamOptions options, size_t parameters) {
  return std::make_unique<Adam>(options, parameters);
}

}  // namespace consilium::optim
