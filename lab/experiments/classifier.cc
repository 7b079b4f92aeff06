#include "lab/experiments/classifier.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/random.h"

namespace consilium::experiments {
namespace {

// The teacher's weights and what it says of one row.
class TeacherNetwork {
 public:
  TeacherNetwork(const Teacher& teacher, uint64_t seed) : teacher_(teacher) {
    Random random = Random::Named(seed, "teacher");
    const int last = teacher.hidden > 0 ? teacher.hidden : teacher.inputs;
    const auto draw = [&](int rows, int columns) {
      std::vector<double> weights(static_cast<size_t>(rows * columns));
      for (double& w : weights) w = random.Normal() / std::sqrt(static_cast<double>(columns));
      return weights;
    };
    if (teacher.hidden > 0) first_ = draw(teacher.hidden, teacher.inputs);
    second_ = draw(teacher.classes, last);
  }

  int32_t Label(const float* x, Random& random) const {
    std::vector<double> features(x, x + teacher_.inputs);
    if (teacher_.hidden > 0) {
      features = Multiply(first_, teacher_.hidden, features);
      for (double& h : features) h = std::tanh(2 * h);
    }
    std::vector<double> logits = Multiply(second_, teacher_.classes, features);
    double sum = 0, largest = *std::max_element(logits.begin(), logits.end());
    for (double& z : logits) sum += z = std::exp(teacher_.sharpness * (z - largest));
    double left = random.Uniform() * sum;
    for (int c = 0; c + 1 < teacher_.classes; ++c) {
      left -= logits[static_cast<size_t>(c)];
      if (left < 0) return c;
    }
    return teacher_.classes - 1;
  }

 private:
  static std::vector<double> Multiply(const std::vector<double>& weights, int rows,
                                      const std::vector<double>& x) {
    std::vector<double> result(static_cast<size_t>(rows), 0);
    for (size_t r = 0; r < result.size(); ++r) {
      for (size_t i = 0; i < x.size(); ++i) result[r] += weights[r * x.size() + i] * x[i];
    }
    return result;
  }

  const Teacher teacher_;
  std::vector<double> first_, second_;
};

}  // namespace

Rows NormalRows(int inputs, int classes, int n, uint64_t seed) {
  Random random = Random::Named(seed, "rows");
  Rows rows{inputs, classes, modn::FusionNetwork<float>(inputs, {}, {classes}).input_row(), {}, {}};
  rows.x.assign(static_cast<size_t>(n * rows.row), 0);
  rows.labels.assign(static_cast<size_t>(n), 0);
  for (int i = 0; i < n; ++i) {
    float* x = rows.x.data() + i * rows.row;
    for (int j = 0; j < inputs; ++j) x[j] = static_cast<float>(random.Normal());
    x[inputs] = 1;
  }
  return rows;
}

ClassificationTask TaughtTask(const Teacher& teacher, int train, int validation, int test,
                              uint64_t seed) {
  const TeacherNetwork network(teacher, seed);
  const auto make = [&](int n, uint64_t part) {
    const uint64_t bits = Random::Named(seed, "part", part).Bits();
    Rows rows = NormalRows(teacher.inputs, teacher.classes, n, bits);
    Random random = Random::Named(bits, "labels");
    for (int i = 0; i < n; ++i) {
      rows.labels[static_cast<size_t>(i)] = network.Label(rows.x.data() + i * rows.row, random);
    }
    return rows;
  };
  return {make(train, 0), make(validation, 1), make(test, 2)};
}

void AddLabelNoise(double share, uint64_t seed, Rows& rows) {
  Random random = Random::Named(seed, "label noise");
  for (int32_t& label : rows.labels) {
    if (random.Uniform() >= share) continue;
    const auto others = static_cast<uint64_t>(rows.classes - 1);
    label = (label + 1 + static_cast<int32_t>(random.Below(others))) % rows.classes;
  }
}

Classifier::Classifier(const Rows& like, std::vector<int> hidden, uint64_t seed)
    : network_(like.inputs, hidden, {like.classes}),
      parameters_(network_.size()),
      gradient_(network_.size()) {
  network_.Initialise(seed, parameters_);
}

int Classifier::Pass(const Rows& rows, int batch, uint64_t seed, int pass,
                     const std::function<double()>& rate, optim::Optimiser& optimiser) {
  Random random = Random::Named(seed, "pass", static_cast<uint64_t>(pass));
  const std::vector<int> order = random.Permutation(rows.size());
  const Block all{0, parameters_.size()};
  int steps = 0;
  for (int first = 0; first < rows.size(); first += batch, ++steps) {
    const int n = std::min(batch, rows.size() - first);
    x_.resize(static_cast<size_t>(n * rows.row));
    labels_.resize(static_cast<size_t>(n));
    for (int i = 0; i < n; ++i) {
      const int from = order[static_cast<size_t>(first + i)];
      std::copy_n(rows.x.data() + from * rows.row, rows.row, x_.data() + i * rows.row);
      labels_[static_cast<size_t>(i)] = rows.labels[static_cast<size_t>(from)];
    }
    std::fill(gradient_.begin(), gradient_.end(), 0.0f);
    network_.AddGradient(parameters_, n, x_.data(), labels_, gradient_);
    optimiser.Step(gradient_, rate(), {&all, 1}, parameters_);
  }
  return steps;
}

bool Classifier::finite() const {
  return std::all_of(parameters_.begin(), parameters_.end(),
                     [](float p) { return std::isfinite(p); });
}

std::vector<float> Classifier::Predict(std::span<const float> parameters, const Rows& rows) {
  return std::move(network_.Predict(parameters, rows.size(), rows.x.data()).front());
}

metrics::Predictions PredictionsOf(const Rows& rows, std::span<const float> probabilities) {
  return {rows.classes, probabilities, rows.labels};
}

}  // namespace consilium::experiments
