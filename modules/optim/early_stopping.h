#ifndef CONSILIUM_MODULES_OPTIM_EARLY_STOPPING_H_
#define CONSILIUM_MODULES_OPTIM_EARLY_STOPPING_H_

#include <optional>

namespace consilium {

struct EarlyStoppingOptions {
  int patience = 0;      // losses in a row without improvement after which to stop; 0: never
  double min_delta = 0;  // what counts as improvement
};

// Watches a validation loss.
class EarlyStopping {
 public:
  explicit EarlyStopping(EarlyStoppingOptions options) : options_(options) {}

  bool enabled() const { return options_.patience > 0; }

  // True if `loss` is the best so far: the model it is of is the one to keep. One that is not a
  // number never is.
  bool Improves(double loss) {
    const bool improves = !best_ ? loss == loss : loss < *best_ - options_.min_delta;
    if (improves) best_ = loss;
    waited_ = improves ? 0 : waited_ + 1;
    return improves;
  }

  bool Over() const { return enabled() && waited_ >= options_.patience; }

 private:
  const EarlyStoppingOptions options_;
  std::optional<double> best_;
  int waited_ = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_MODULES_OPTIM_EARLY_STOPPING_H_
