#ifndef CONSILIUM_MODULES_OPTIM_EMA_H_
#define CONSILIUM_MODULES_OPTIM_EMA_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/status.h"
#include "modules/optim/optimiser.h"

namespace consilium::optim {

// The windows of Morales-Brotons, Vogels and Hendrikx (TMLR 2024) as shares of the run: there 500
// to 8,000 of 78,200 steps.
inline constexpr double kEmaWindows[] = {0.0064, 0.0128, 0.0256, 0.051, 0.102};

// decay_j = 1 - period / (window_j * steps), so that what is remembered scales with the length of
// the run, not with the decay. 0 (the average is the last sample) where a window is shorter than a
// period.
std::vector<double> DecaysForWindows(std::span<const double> windows, int64_t steps, int period);

struct EmaOptions {
  std::vector<double> decays;  // each in [0, 1)
  int period = 1;              // steps between two samples
  bool warm_up = true;         // decay min(a, (u + 1) / (u + 10)) in update u = 0, 1, ...
};

// Averages one after the other, in the order of the decays.
template <typename Scalar>
struct EmaState {
  int64_t steps = 0;
  int64_t updates = 0;
  std::vector<Scalar> averages;
};

// Exponential moving averages of one flat buffer of parameters, several decays in parallel:
//   average_j <- average_j + (1 - decay_j) (parameters - average_j)
// so that what never moves keeps its bits. They are read, never copied back into training.
// Not thread-safe.
template <typename Scalar>
class ParallelEma {
 public:
  // All averages start as `initial`.
  ParallelEma(EmaOptions options, std::span<const Scalar> initial);

  int count() const { return static_cast<int>(options_.decays.size()); }
  const EmaOptions& options() const { return options_; }

  // Forgets all: the averages are `initial` again.
  void Start(std::span<const Scalar> initial);

  // Counts a step, and samples `parameters` if a period is over.
  void Step(std::span<const Scalar> parameters);

  std::span<const Scalar> average(int j) const {
    return std::span(state_.averages).subspan(static_cast<size_t>(j) * size_, size_);
  }

  const EmaState<Scalar>& state() const { return state_; }

  // Fails, changing nothing, if the state is of other decays or another number of parameters.
  Status Restore(EmaState<Scalar> state);

 private:
  const EmaOptions options_;
  const size_t size_;
  EmaState<Scalar> state_;
};

// The decay of update u (0, 1, ...): a, or with warm-up the smaller of a and (u + 1) / (u + 10).
double EmaDecay(const EmaOptions& options, int j, int64_t update);

// Steps as `inner` does and shows the parameters to `averages` after each. Its state is that of
// `inner`. Borrows both.
std::unique_ptr<Optimiser> NewAveraging(Optimiser& inner, ParallelEma<float>& averages);

}  // namespace consilium::optim

#endif  // CONSILIUM_MODULES_OPTIM_EMA_H_
