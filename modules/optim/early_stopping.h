#ifndef CONSILIUM_MODULES_OPTIM_EARLY_STOPPING_H_
#define CONSILIUM_MODULES_OPTIM_EARLY_STOPPING_H_

namespace consilium::optim {

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
    const bool improves = seen_ ? loss < best_ - options_.min_delta : loss == loss;
    if (improves) best_ = loss;
    seen_ = seen_ || improves;
    waited_ = improves ? 0 : waited_ + 1;
    return improves;
  }

  bool Over() const { return enabled() && waited_ >= options_.patience; }

 private:
  const EarlyStoppingOptions options_;
  bool seen_ = false;
  double best_ = 0;
  int waited_ = 0;
};

}  // namespace consilium::optim

#endif  // CONSILIUM_MODULES_OPTIM_EARLY_STOPPING_H_
