#include "lab/experiments/small_problem.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/random.h"
#include "lab/experiments/classifier.h"
#include "lab/experiments/heart_rows.h"
#include "modules/optim/optimisers.h"
#include "modules/optim/rate.h"

namespace consilium::experiments {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

optim::RateSchedule RatesOf(const optim::Configuration& drawn, int64_t steps) {
  optim::RateSchedule rates;
  rates.shape = drawn.rate == optim::RateShape::kPolynomial ? optim::RateShape::kPolynomial
                                                            : optim::RateShape::kConstant;
  rates.peak = drawn.learning_rate;
  rates.total = steps;
  rates.power = drawn.rate_power;
  return rates;
}

// By accuracy.
class Classification final : public SmallProblem {
 public:
  Classification(std::string name, std::vector<int> hidden, SmallProblemSizes sizes,
                 ClassificationTask task)
      : name_(std::move(name)), hidden_(std::move(hidden)), sizes_(sizes), task_(std::move(task)) {}

  const std::string& name() const override { return name_; }
  metrics::Goal goal() const override { return {true, 0}; }

  metrics::Trial Train(const optim::Configuration& drawn, uint64_t seed) const override {
    Classifier classifier(task_.train, hidden_, seed);
    const auto optimiser =
        optim::MakeOptimiser(drawn.optimiser, drawn.settings, classifier.parameters().size());
    const int steps = (task_.train.size() + sizes_.batch - 1) / sizes_.batch;
    const optim::RateSchedule rates = RatesOf(drawn, int64_t{steps} * sizes_.epochs);
    int64_t step = 0;
    metrics::Trial best{-1, 0};
    for (int epoch = 0; epoch < sizes_.epochs; ++epoch) {
      classifier.Pass(
          task_.train, sizes_.batch, seed, epoch, [&] { return optim::RateAt(rates, step++); },
          *optimiser);
      if (!classifier.finite()) return {kNan, kNan};
      const double validation = AccuracyOf(classifier, task_.validation);
      if (std::isnan(validation)) return {kNan, kNan};
      if (validation > best.validation) best = {validation, AccuracyOf(classifier, task_.test)};
    }
    return best;
  }

 private:
  static double AccuracyOf(Classifier& classifier, const Rows& rows) {
    const std::vector<float> probabilities = classifier.Predict(classifier.parameters(), rows);
    return metrics::Accuracy(PredictionsOf(rows, probabilities)).value_or(kNan);
  }

  const std::string name_;
  const std::vector<int> hidden_;
  const SmallProblemSizes sizes_;
  const ClassificationTask task_;
};

// f(x) = E 1/2 (x - t)^T H (x - t), t ~ N(0, I), diagonal H from 1e-3 to 1; every step sees one
// batch of t, validation and test a fixed set each.
class NoisyQuadratic final : public SmallProblem {
 public:
  NoisyQuadratic(SmallProblemSizes sizes, uint64_t seed)
      : sizes_(sizes), validation_(Targets(seed, 1)), test_(Targets(seed, 2)) {
    Random random = Random::Named(seed, "quadratic");
    for (size_t i = 0; i < kSize; ++i) {
      curvature_.push_back(std::pow(10.0, -3.0 * static_cast<double>(i) / (kSize - 1)));
      start_.push_back(static_cast<float>(random.Normal()));
    }
  }

  const std::string& name() const override { return name_; }
  // A trial that ends worse than it began has diverged.
  metrics::Goal goal() const override { return {false, Loss(start_, test_)}; }

  metrics::Trial Train(const optim::Configuration& drawn, uint64_t seed) const override {
    Random random = Random::Named(seed, "quadratic steps");
    std::vector<float> x = start_, gradient(kSize);
    const auto optimiser = optim::MakeOptimiser(drawn.optimiser, drawn.settings, kSize);
    const int steps = (sizes_.cases + sizes_.batch - 1) / sizes_.batch;
    const optim::RateSchedule rates = RatesOf(drawn, int64_t{steps} * sizes_.epochs);
    const double noise = 1 / std::sqrt(static_cast<double>(sizes_.batch));
    const Block all{0, kSize};
    metrics::Trial best{std::numeric_limits<double>::infinity(), kNan};
    for (int step = 0; step < steps * sizes_.epochs; ++step) {
      for (size_t i = 0; i < kSize; ++i) {
        gradient[i] = static_cast<float>(curvature_[i] * (x[i] - noise * random.Normal()));
      }
      optimiser->Step(gradient, optim::RateAt(rates, step), {&all, 1}, x);
      if ((step + 1) % steps != 0) continue;
      const double validation = Loss(x, validation_);
      if (!std::isfinite(validation)) return {kNan, kNan};
      if (validation < best.validation) best = {validation, Loss(x, test_)};
    }
    return best;
  }

 private:
  static constexpr size_t kSize = 50;
  static constexpr size_t kTargets = 100;

  static std::vector<double> Targets(uint64_t seed, uint64_t part) {
    Random random = Random::Named(seed, "quadratic targets", part);
    std::vector<double> targets(kSize * kTargets);
    for (double& t : targets) t = random.Normal();
    return targets;
  }

  double Loss(std::span<const float> x, const std::vector<double>& targets) const {
    double loss = 0;
    for (size_t k = 0; k < targets.size(); ++k) {
      const double away = x[k % kSize] - targets[k];
      loss += curvature_[k % kSize] * away * away / 2;
    }
    return loss / kTargets;
  }

  const std::string name_ = "quadratic";
  const SmallProblemSizes sizes_;
  const std::vector<double> validation_, test_;
  std::vector<double> curvature_;
  std::vector<float> start_;
};

}  // namespace

StatusOr<std::vector<std::unique_ptr<SmallProblem>>> MakeSmallProblems(
    const SmallProblemSizes& sizes, const std::string& data, uint64_t seed) {
  const auto taught = [&](const Teacher& teacher, uint64_t problem) {
    return TaughtTask(teacher, sizes.cases, sizes.cases / 2, sizes.cases / 2,
                      Random::Named(seed, "problem", problem).Bits());
  };
  std::vector<std::unique_ptr<SmallProblem>> problems;
  auto heart = HeartTask(data, seed);
  if (heart.ok()) {
    problems.push_back(std::make_unique<Classification>("heart, logistic", std::vector<int>{},
                                                        sizes, *std::move(heart)));
  } else {
    problems.push_back(std::make_unique<Classification>("synthetic, logistic", std::vector<int>{},
                                                        sizes, taught({18, 0, 2, 2.0}, 0)));
  }
  problems.push_back(std::make_unique<Classification>("two classes, network", std::vector<int>{32},
                                                      sizes, taught({10, 8, 2, 6.0}, 1)));
  problems.push_back(std::make_unique<Classification>("ten classes, softmax", std::vector<int>{},
                                                      sizes, taught({20, 0, 10, 3.0}, 2)));
  problems.push_back(std::make_unique<NoisyQuadratic>(sizes, seed));
  return problems;
}

}  // namespace consilium::experiments
