#include "server/training/optimisation.h"

#include <cmath>

#include "base/toml_fields.h"
#include "fmt/format.h"
#include "modules/optim/optimisers.h"

namespace consilium::training {
namespace {

constexpr double kNearlyOne = 0.999999;

// Leaves `field` as it is if any number is out of bounds.
void ReadShares(TomlTable& table, std::string_view key, std::vector<double>& field, double minimum,
                double maximum) {
  const std::optional<std::vector<double>> values = table.Numbers(key);
  if (!values) return;
  for (const double value : *values) {
    if (value >= minimum && value <= maximum) continue;
    table.ComplainAt(key,
                     fmt::format("{} has {}, expected {} to {}", key, value, minimum, maximum));
    return;
  }
  field = *values;
}

optim::RateShape ShapeOf(const std::string& rate) {
  if (rate == "constant") return optim::RateShape::kConstant;
  if (rate == "step") return optim::RateShape::kStep;
  if (rate == "polynomial") return optim::RateShape::kPolynomial;
  return optim::RateShape::kCosine;
}

}  // namespace

void ReadOptimisation(TomlTable& training, TrainingOptions& options) {
  Read(training, "optimiser", options.optimiser, optim::OptimiserNames());
  Read(training, "learning_rate", options.learning_rate, 0, 100);
  Read(training, "final_learning_rate", options.final_learning_rate, 0, 100);
  Read(training, "rate", options.rate, {"constant", "cosine", "step", "polynomial"});
  Read(training, "warm_up", options.warm_up, 0);
  ReadShares(training, "rate_milestones", options.rate_milestones, 0, 1);
  Read(training, "rate_factor", options.rate_factor, 0, 1);
  Read(training, "rate_power", options.rate_power, 0, 100);
  Read(training, "momentum", options.momentum, 0, kNearlyOne);
  Read(training, "beta1", options.beta1, 0, kNearlyOne);
  Read(training, "beta2", options.beta2, 0, kNearlyOne);
  Read(training, "epsilon", options.epsilon, 0, 1e12);
  Read(training, "weight_decay", options.weight_decay, 0, 10);
  Read(training, "gradient_clip", options.gradient_clip, 0, 1e9);
  Read(training, "gradient_clip_by", options.gradient_clip_by, {"global", "module"});
  if (auto table = training.Table("early_stopping")) {
    Read(*table, "patience", options.early_stopping.patience, 0);
    Read(*table, "min_delta", options.early_stopping.min_delta, 0, 1e6);
  }
}

void ReadEma(TomlTable& ema, TrainingOptions& options) {
  EmaPlan& plan = options.ema;
  ReadShares(ema, "windows", plan.windows, 1e-6, 1);
  ReadShares(ema, "decays", plan.decays, 0, kNearlyOne);
  Read(ema, "every", plan.every, {"round", "step"});
  Read(ema, "period", plan.period, 1);
  Read(ema, "select", plan.select, {"loss", "score"});
  if (plan.windows.empty() == plan.decays.empty()) {
    ema.Complain("expected windows = [...], shares of the run, or decays = [...], one of them");
  }
  if (options.validation <= 0) {
    ema.Complain(
        "averages are selected by patients who are not trained on: set validation in [evaluation], "
        "0.1 for one in ten");
  }
}

std::unique_ptr<optim::Optimiser> OptimiserOf(const TrainingOptions& options, size_t parameters) {
  const optim::OptimiserSettings settings{options.momentum, options.beta1, options.beta2,
                                          options.epsilon, options.weight_decay};
  return optim::MakeOptimiser(options.optimiser, settings, parameters);
}

optim::RateSchedule RatesOf(const TrainingOptions& options, int rounds) {
  optim::RateSchedule schedule;
  schedule.shape = ShapeOf(options.rate);
  schedule.peak = options.learning_rate;
  schedule.floor = options.final_learning_rate;
  schedule.total = int64_t{rounds} * options.local_epochs;
  schedule.warm_up = options.warm_up;
  for (const double share : options.rate_milestones) {
    schedule.milestones.push_back(std::llround(share * static_cast<double>(schedule.total)));
  }
  schedule.factor = options.rate_factor;
  schedule.power = options.rate_power;
  return schedule;
}

optim::ClipScope ClipScopeOf(const TrainingOptions& options) {
  return options.gradient_clip_by == "module" ? optim::ClipScope::kModule
                                              : optim::ClipScope::kGlobal;
}

}  // namespace consilium::training
