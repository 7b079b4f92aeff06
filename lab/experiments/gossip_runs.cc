#include "lab/experiments/gossip_runs.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

namespace consilium::experiments {
namespace {

using Vector = std::vector<double>;

// values <- W values; `width` numbers a site.
void Mix(const topology::SparseMixing& mixing, size_t width, Vector& values, Vector& work) {
  work.assign(values.size(), 0.0);
  for (int site = 0; site < mixing.size(); ++site) {
    double* const row = work.data() + static_cast<size_t>(site) * width;
    for (const auto& [from, weight] : mixing.Row(site)) {
      const double* const other = values.data() + static_cast<size_t>(from) * width;
      for (size_t k = 0; k < width; ++k) row[k] += weight * other[k];
    }
  }
  values.swap(work);
}

void QuadraticStep(const QuadraticRun& run, std::span<double> x, Vector& direction,
                   Vector& gradient, Random& random) {
  gradient.assign(x.size(), 0.0);
  for (int b = 0; b < run.batch; ++b) {
    for (double& value : direction) value = random.Normal();
    const double slope =
        std::inner_product(direction.begin(), direction.end(), x.begin(), 0.0) / run.batch;
    for (size_t k = 0; k < x.size(); ++k) gradient[k] += slope * direction[k];
  }
  for (size_t k = 0; k < x.size(); ++k) x[k] -= run.learning_rate * gradient[k];
}

// As many copies of each state as its weight asks for, all of weight 1 (systematic resampling).
void Resample(std::vector<Vector>& states, const Vector& weights, Random& random) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<Vector> drawn;
  double reached = 0;
  size_t at = 0;
  const double offset = random.Uniform();
  for (size_t i = 0; i < states.size(); ++i) {
    const double aim = (static_cast<double>(i) + offset) / static_cast<double>(states.size()) * sum;
    while (at + 1 < states.size() && reached + weights[at] <= aim) reached += weights[at++];
    drawn.push_back(states[at]);
    const double scale = 1 / std::sqrt(weights[at]);
    for (double& value : drawn.back()) value *= scale;
  }
  states.swap(drawn);
}

// Rows of standard normal inputs and a 1, and labels drawn from a linear teacher.
struct Cases {
  size_t width = 0;
  Vector x;
  std::vector<int> labels;
};

Cases Draw(const SoftmaxTask& task, uint64_t seed) {
  Random random = Random::Named(seed, "softmax cases");
  Cases cases{static_cast<size_t>(task.inputs) + 1, {}, {}};
  Vector teacher(static_cast<size_t>(task.classes) * cases.width);
  for (double& value : teacher) {
    value = task.sharpness * random.Normal() / std::sqrt(static_cast<double>(cases.width));
  }
  for (int i = 0; i < task.train; ++i) {
    Vector row(cases.width, 1.0);
    for (size_t k = 0; k + 1 < cases.width; ++k) row[k] = random.Normal();
    Vector chances;
    double sum = 0;
    for (int c = 0; c < task.classes; ++c) {
      const double* const w = teacher.data() + static_cast<size_t>(c) * cases.width;
      chances.push_back(sum += std::exp(std::inner_product(row.begin(), row.end(), w, 0.0)));
    }
    const double aim = random.Uniform() * sum;
    const auto label = std::upper_bound(chances.begin(), chances.end() - 1, aim);
    cases.labels.push_back(static_cast<int>(label - chances.begin()));
    cases.x.insert(cases.x.end(), row.begin(), row.end());
  }
  return cases;
}

// Probabilities of the classes into `p`; returns -log of the label's.
double Probabilities(const Cases& cases, size_t row, const double* model, Vector& p) {
  const double* const x = cases.x.data() + row * cases.width;
  double largest = -INFINITY, sum = 0;
  for (size_t c = 0; c < p.size(); ++c) {
    p[c] = std::inner_product(x, x + cases.width, model + c * cases.width, 0.0);
    largest = std::max(largest, p[c]);
  }
  for (double& value : p) sum += value = std::exp(value - largest);
  for (double& value : p) value /= sum;
  return -std::log(p[static_cast<size_t>(cases.labels[row])]);
}

// The cases in the order in which sites divide them among themselves.
std::vector<size_t> OrderOf(const SoftmaxTask& task, const Cases& cases) {
  std::vector<size_t> order(cases.labels.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (task.sorted) {
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return cases.labels[a] < cases.labels[b]; });
  }
  return order;
}

// Of the first cases, which are as random as any.
double MeanLoss(const Cases& cases, const Vector& models, size_t width, Vector& p) {
  constexpr size_t kMost = 500;
  const size_t rows = std::min(cases.labels.size(), kMost);
  double sum = 0;
  for (size_t at = 0; at < models.size(); at += width) {
    for (size_t row = 0; row < rows; ++row) {
      sum += Probabilities(cases, row, models.data() + at, p);
    }
  }
  return sum * static_cast<double>(width) / static_cast<double>(models.size()) /
         static_cast<double>(rows);
}

}  // namespace

double MeasuredRate(const topology::MixingScheme& scheme, const QuadraticRun& run, Random random) {
  const auto n = static_cast<size_t>(scheme.size()), width = static_cast<size_t>(run.dimension);
  Vector start(width), direction(width), gradient(width), work;
  std::vector<Vector> states;
  for (int r = 0; r < run.repetitions; ++r) {
    for (double& value : start) value = random.Normal();
    states.emplace_back();
    for (size_t i = 0; i < n; ++i) {
      states.back().insert(states.back().end(), start.begin(), start.end());
    }
  }
  double log_fall = 0;
  Vector weights(states.size(), 1.0);
  for (int step = 0; step <= run.to_step; ++step) {
    for (size_t r = 0; r < states.size(); ++r) {
      for (size_t i = 0; i < n; ++i) {
        QuadraticStep(run, std::span(states[r]).subspan(i * width, width), direction, gradient,
                      random);
      }
      Mix(scheme.Phase(step), width, states[r], work);
      weights[r] = std::inner_product(states[r].begin(), states[r].end(), states[r].begin(), 0.0);
    }
    const double mean =
        std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
    if (!std::isfinite(mean) || !(mean > 0)) return -INFINITY;
    if (step > run.from_step) log_fall += std::log(mean);  // it was 1
    Resample(states, weights, random);
  }
  return 1 - std::exp(log_fall / (run.to_step - run.from_step));
}

double SoftmaxLoss(const SoftmaxTask& task, const topology::MixingScheme& scheme,
                   double learning_rate, uint64_t seed) {
  const Cases cases = Draw(task, seed);
  const std::vector<size_t> order = OrderOf(task, cases);
  const auto n = static_cast<size_t>(scheme.size());
  const size_t width = cases.width * static_cast<size_t>(task.classes);
  const size_t part = task.sorted ? order.size() / n : order.size();
  Vector models(n * width, 0.0), work, p(static_cast<size_t>(task.classes));
  Random random = Random::Named(seed, "softmax draws");
  for (int step = 0; step < task.steps; ++step) {
    const Vector before = models;
    for (size_t i = 0; i < n; ++i) {
      double* const model = models.data() + i * width;
      for (int b = 0; b < task.batch; ++b) {
        const size_t row = order[(task.sorted ? i * part : 0) + random.Below(part)];
        Probabilities(cases, row, before.data() + i * width, p);
        p[static_cast<size_t>(cases.labels[row])] -= 1;
        for (size_t c = 0; c < p.size(); ++c) {
          const double scale = learning_rate * p[c] / task.batch;
          const double* const x = cases.x.data() + row * cases.width;
          for (size_t k = 0; k < cases.width; ++k) model[c * cases.width + k] -= scale * x[k];
        }
      }
    }
    Mix(scheme.Phase(step), width, models, work);
  }
  return MeanLoss(cases, models, width, p);
}

}  // namespace consilium::experiments
