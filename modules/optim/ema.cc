#include "modules/optim/ema.h"

#include <algorithm>
#include <utility>

namespace consilium::optim {
namespace {

class Averaging final : public Optimiser {
 public:
  Averaging(Optimiser& inner, ParallelEma<float>& averages) : inner_(inner), averages_(averages) {}

  void Step(std::span<const float> gradient, double rate, std::span<const Block> trainable,
            std::span<float> parameters) override {
    inner_.Step(gradient, rate, trainable, parameters);
    averages_.Step(parameters);
  }

  const OptimiserState& state() const override { return inner_.state(); }
  Status Restore(OptimiserState state) override { return inner_.Restore(std::move(state)); }

 private:
  Optimiser& inner_;
  ParallelEma<float>& averages_;
};

}  // namespace

std::vector<double> DecaysForWindows(std::span<const double> windows, int64_t steps, int period) {
  std::vector<double> decays;
  for (const double window : windows) {
    const double remembered = window * static_cast<double>(steps);
    decays.push_back(remembered > period ? 1 - period / remembered : 0);
  }
  return decays;
}

double EmaDecay(const EmaOptions& options, int j, int64_t update) {
  const double decay = options.decays[static_cast<size_t>(j)];
  if (!options.warm_up) return decay;
  const auto u = static_cast<double>(update);
  return std::min(decay, (u + 1) / (u + 10));
}

template <typename Scalar>
ParallelEma<Scalar>::ParallelEma(EmaOptions options, std::span<const Scalar> initial)
    : options_(std::move(options)), size_(initial.size()) {
  Start(initial);
}

template <typename Scalar>
void ParallelEma<Scalar>::Start(std::span<const Scalar> initial) {
  state_ = {};
  for (int j = 0; j < count(); ++j) {
    state_.averages.insert(state_.averages.end(), initial.begin(), initial.end());
  }
}

template <typename Scalar>
void ParallelEma<Scalar>::Step(std::span<const Scalar> parameters) {
  if (++state_.steps % std::max(1, options_.period) != 0) return;
  for (int j = 0; j < count(); ++j) {
    const auto share = static_cast<Scalar>(1 - EmaDecay(options_, j, state_.updates));
    Scalar* __restrict average = state_.averages.data() + static_cast<size_t>(j) * size_;
    const Scalar* __restrict sample = parameters.data();
    for (size_t i = 0; i < size_; ++i) average[i] += share * (sample[i] - average[i]);
  }
  ++state_.updates;
}

template <typename Scalar>
Status ParallelEma<Scalar>::Restore(EmaState<Scalar> state) {
  if (state.averages.size() != state_.averages.size() || state.steps < 0 || state.updates < 0) {
    return InvalidArgument(
        "averages of {} numbers after {} steps; {} decays of {} parameters have {}",
        state.averages.size(), state.steps, count(), size_, state_.averages.size());
  }
  state_ = std::move(state);
  return OkStatus();
}

template class ParallelEma<float>;
template class ParallelEma<double>;

std::unique_ptr<Optimiser> NewAveraging(Optimiser& inner, ParallelEma<float>& averages) {
  return std::make_unique<Averaging>(inner, averages);
}

}  // namespace consilium::optim
