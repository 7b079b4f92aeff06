#ifndef CONSILIUM_MODULES_OPTIM_OPTIMISER_H_
#define CONSILIUM_MODULES_OPTIM_OPTIMISER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/status.h"
#include "modules/slices.h"

namespace consilium::optim {

// All an optimiser remembers. Write it down and it survives a restart.
struct OptimiserState {
  int64_t steps = 0;
  std::vector<float> moments;
};

// Turns gradients into steps over one flat buffer of parameters. Parts of the buffer outside
// `trainable` (ordered, disjoint) and what is remembered of them stay as they are, bit for bit.
// Not thread-safe.
class Optimiser {
 public:
  virtual ~Optimiser() = default;

  virtual void Step(std::span<const float> gradient, double rate, std::span<const Block> trainable,
                    std::span<float> parameters) = 0;

  virtual const OptimiserState& state() const = 0;

  // Fails, changing nothing, if the state is of another optimiser or another number of parameters.
  virtual Status Restore(OptimiserState state) = 0;
};

struct SgdOptions {
  double momentum = 0;      // v <- momentum v + g;  p <- p - rate v
  bool nesterov = false;    // p <- p - rate (g + momentum v)
  double weight_decay = 0;  // decoupled: p <- p - rate decay p
};

// Kingma and Ba 2015, algorithm 1.
struct AdamOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;  // decoupled, as in AdamW (Loshchilov and Hutter 2019)
  double l2 = 0;            // instead: l2 * p added to the gradient, moments included
};

// v <- v + g^2;  p <- p - rate g / (sqrt(v) + epsilon)   (Duchi et al. 2011)
struct AdagradOptions {
  double epsilon = 1e-8;
  double weight_decay = 0;  // decoupled
};

std::unique_ptr<Optimiser> NewSgd(SgdOptions options, size_t parameters);
std::unique_ptr<Optimiser> NewAdam(AdamOptions options, size_t parameters);
std::unique_ptr<Optimiser> NewAdagrad(AdagradOptions options, size_t parameters);

}  // namespace consilium::optim

#endif  // CONSILIUM_MODULES_OPTIM_OPTIMISER_H_
