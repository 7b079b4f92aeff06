#include "modules/optim/optimisers.h"

namespace consilium::optim {
namespace {

using Settings = OptimiserSettings;

std::unique_ptr<Optimiser> Sgd(const Settings& s, size_t parameters) {
  return NewSgd({.momentum = s.momentum, .weight_decay = s.weight_decay}, parameters);
}

std::unique_ptr<Optimiser> Nesterov(const Settings& s, size_t parameters) {
  return NewSgd({.momentum = s.momentum, .nesterov = true, .weight_decay = s.weight_decay},
                parameters);
}

std::unique_ptr<Optimiser> AdamW(const Settings& s, size_t parameters) {
  return NewAdam({s.beta1, s.beta2, s.epsilon, s.weight_decay, 0}, parameters);
}

std::unique_ptr<Optimiser> AdamL2(const Settings& s, size_t parameters) {
  return NewAdam({s.beta1, s.beta2, s.epsilon, 0, s.weight_decay}, parameters);
}

std::unique_ptr<Optimiser> Adagrad(const Settings& s, size_t parameters) {
  return NewAdagrad({.epsilon = s.epsilon, .weight_decay = s.weight_decay}, parameters);
}

constexpr NamedOptimiser kOptimisers[] = {{"sgd", Sgd},        {"nesterov", Nesterov},
                                          {"adam", AdamW},     {"adamw", AdamW},
                                          {"adam_l2", AdamL2}, {"adagrad", Adagrad}};

}  // namespace

std::span<const NamedOptimiser> Optimisers() { return kOptimisers; }

std::vector<std::string> OptimiserNames() {
  std::vector<std::string> names;
  for (const NamedOptimiser& optimiser : kOptimisers) names.emplace_back(optimiser.name);
  return names;
}

std::unique_ptr<Optimiser> MakeOptimiser(std::string_view name, const OptimiserSettings& settings,
                                         size_t parameters) {
  for (const NamedOptimiser& optimiser : kOptimisers) {
    if (optimiser.name == name) return optimiser.make(settings, parameters);
  }
  return nullptr;
}

}  // namespace consilium::optim
