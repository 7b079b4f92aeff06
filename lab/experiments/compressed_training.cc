#include "lab/experiments/compressed_training.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.h"
#include "lab/experiments/gradient_mean.h"

namespace consilium::experiments {
namespace {

// A matrix, classes x inputs, on the cases of a task.
template <typename Scalar>
class SoftmaxRegression {
 public:
  explicit SoftmaxRegression(const Rows& rows)
      : inputs_(static_cast<size_t>(rows.inputs)),
        classes_(static_cast<size_t>(rows.classes)),
        x_(inputs_),
        p_(classes_) {}

  // Probabilities of one case; its negative log-likelihood.
  double Predict(const std::vector<Scalar>& weights, const Rows& rows, int i) {
    const float* x = rows.x.data() + static_cast<size_t>(i) * static_cast<size_t>(rows.row);
    std::copy_n(x, inputs_, x_.begin());
    const auto label = static_cast<size_t>(rows.labels[static_cast<size_t>(i)]);
    Logits(weights);
    const Scalar largest = *std::max_element(p_.begin(), p_.end());
    Scalar sum = 0;
    for (Scalar& z : p_) sum += z = std::exp(z - largest);
    for (Scalar& z : p_) z /= sum;
    return -std::log(std::max(static_cast<double>(p_[label]), 1e-30));
  }

  // Adds the gradient of the case predicted last, times `share`.
  void AddGradient(int32_t label, Scalar share, std::vector<Scalar>& gradient) const {
    for (size_t c = 0; c < classes_; ++c) {
      const Scalar slope = share * (p_[c] - (c == static_cast<size_t>(label) ? 1 : 0));
      Scalar* row = gradient.data() + c * inputs_;
      for (size_t j = 0; j < inputs_; ++j) row[j] += slope * x_[j];
    }
  }

  // Share of right labels and mean loss.
  std::pair<double, double> Score(const std::vector<Scalar>& weights, const Rows& rows) {
    int right = 0;
    double loss = 0;
    for (int i = 0; i < rows.size(); ++i) {
      loss += Predict(weights, rows, i);
      const auto best = std::max_element(p_.begin(), p_.end()) - p_.begin();
      right += best == rows.labels[static_cast<size_t>(i)] ? 1 : 0;
    }
    const double n = std::max(rows.size(), 1);
    return {right / n, loss / n};
  }

 private:
  // Eight sums at once, which the compiler keeps in vectors.
  void Logits(const std::vector<Scalar>& weights) {
    constexpr size_t kAtOnce = 8;
    for (size_t c = 0; c < classes_; ++c) {
      const Scalar* row = weights.data() + c * inputs_;
      Scalar sums[kAtOnce] = {};
      size_t j = 0;
      for (; j + kAtOnce <= inputs_; j += kAtOnce) {
        for (size_t k = 0; k < kAtOnce; ++k) sums[k] += row[j + k] * x_[j + k];
      }
      for (; j < inputs_; ++j) sums[0] += row[j] * x_[j];
      p_[c] = 0;
      for (const Scalar sum : sums) p_[c] += sum;
    }
  }

  const size_t inputs_, classes_;
  std::vector<Scalar> x_, p_;
};

template <typename Scalar>
bool Finite(const std::vector<Scalar>& weights) {
  return std::all_of(weights.begin(), weights.end(),
                     [](Scalar weight) { return std::abs(weight) < 1e6; });
}

template <typename Scalar>
void DrawGradient(const Rows& rows, const CompressedTraining& how, int worker, Random& random,
                  const std::vector<Scalar>& weights, SoftmaxRegression<Scalar>& model,
                  std::vector<Scalar>& gradient) {
  const int part = rows.size() / how.workers;
  std::fill(gradient.begin(), gradient.end(), Scalar{0});
  for (int k = 0; k < how.batch; ++k) {
    const int i = worker * part + static_cast<int>(random.Below(static_cast<uint64_t>(part)));
    model.Predict(weights, rows, i);
    model.AddGradient(rows.labels[static_cast<size_t>(i)], 1 / static_cast<Scalar>(how.batch),
                      gradient);
  }
}

}  // namespace

template <typename Scalar>
StatusOr<TrainedMatrix> TrainCompressed(const ClassificationTask& task,
                                        const CompressedTraining& how, uint64_t seed) {
  const Rows& rows = task.train;
  if (how.workers < 1 || rows.size() < how.workers) {
    return InvalidArgument("{} cases for {} workers, expected one each", rows.size(), how.workers);
  }
  ASSIGN_OR_RETURN(auto averager,
                   MakeGradientAverager<Scalar>(how, rows.classes, rows.inputs, seed));
  SoftmaxRegression<Scalar> model(rows);
  std::vector<Scalar> weights(static_cast<size_t>(rows.inputs * rows.classes));
  std::vector<Scalar> moment(weights.size()), mean(weights.size());
  std::vector<std::vector<Scalar>> gradients(static_cast<size_t>(how.workers), weights);
  const auto momentum = static_cast<Scalar>(how.momentum), rate = static_cast<Scalar>(how.rate);
  Random random = Random::Named(seed, "batches");
  for (int step = 0; step < how.steps; ++step) {
    for (int worker = 0; worker < how.workers; ++worker) {
      DrawGradient(rows, how, worker, random, weights, model,
                   gradients[static_cast<size_t>(worker)]);
    }
    RETURN_IF_ERROR(averager->Average(gradients, mean));
    for (size_t k = 0; k < weights.size(); ++k) {
      moment[k] = momentum * moment[k] + mean[k];
      weights[k] -= rate * (mean[k] + moment[k]);
    }
    if (!Finite(weights))
      return TrainedMatrix{std::numeric_limits<double>::infinity(), 0, 0, 0, {}};
  }
  TrainedMatrix trained;
  trained.train_loss = model.Score(weights, task.train).second;
  trained.validation_accuracy = model.Score(weights, task.validation).first;
  trained.test_accuracy = model.Score(weights, task.test).first;
  trained.floats = averager->floats() / std::max(how.steps, 1);
  trained.weights.assign(weights.begin(), weights.end());
  return trained;
}

template StatusOr<TrainedMatrix> TrainCompressed<float>(const ClassificationTask&,
                                                        const CompressedTraining&, uint64_t);
template StatusOr<TrainedMatrix> TrainCompressed<double>(const ClassificationTask&,
                                                         const CompressedTraining&, uint64_t);

}  // namespace consilium::experiments
