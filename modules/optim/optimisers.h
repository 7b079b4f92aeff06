#ifndef CONSILIUM_MODULES_OPTIM_OPTIMISERS_H_
#define CONSILIUM_MODULES_OPTIM_OPTIMISERS_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "modules/optim/optimiser.h"

namespace consilium::optim {

// The settings of all optimisers; each reads its own.
struct OptimiserSettings {
  double momentum = 0.9;    // sgd, nesterov
  double beta1 = 0.9;       // adam, adamw, adam_l2
  double beta2 = 0.999;     // adam, adamw, adam_l2
  double epsilon = 1e-8;    // adam, adamw, adam_l2, adagrad
  double weight_decay = 0;  // decoupled from the gradient, but with adam_l2
  bool operator==(const OptimiserSettings&) const = default;
};

struct NamedOptimiser {
  std::string_view name;
  std::unique_ptr<Optimiser> (*make)(const OptimiserSettings& settings, size_t parameters);
};

// All there are: sgd (heavy ball), nesterov, adam and adamw (one algorithm under the two names it
// goes by without and with decay), adam_l2, adagrad.
std::span<const NamedOptimiser> Optimisers();

std::vector<std::string> OptimiserNames();

// Null if there is none of this name.
std::unique_ptr<Optimiser> MakeOptimiser(std::string_view name, const OptimiserSettings& settings,
                                         size_t parameters);

}  // namespace consilium::optim

#endif  // CONSILIUM_MODULES_OPTIM_OPTIMISERS_H_
