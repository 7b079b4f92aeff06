#include "modules/modn/logistic_regression.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>

namespace consilium::modn {
namespace {

// The penalised loss of multinomial regression with class 0 as reference. Weights are
// [classes - 1, columns], the last column the intercept.
struct Problem {
  Eigen::MatrixXd inputs;  // [patients, columns]
  std::vector<int32_t> labels;
  int free_classes = 1;
  double l2 = 0;

  Eigen::MatrixXd Probabilities(const Eigen::MatrixXd& weights) const;  // [patients, free classes]
  double Loss(const Eigen::MatrixXd& weights) const;
  Eigen::MatrixXd Penalty() const;  // [free classes, columns], of each weight's square
};

Eigen::MatrixXd Problem::Probabilities(const Eigen::MatrixXd& weights) const {
  Eigen::MatrixXd p = inputs * weights.transpose();
  for (Eigen::Index i = 0; i < p.rows(); ++i) {
    const double largest = std::max(0.0, p.row(i).maxCoeff());
    p.row(i) = (p.row(i).array() - largest).exp();
    p.row(i) /= std::exp(-largest) + p.row(i).sum();
  }
  return p;
}

Eigen::MatrixXd Problem::Penalty() const {
  Eigen::MatrixXd penalty = Eigen::MatrixXd::Constant(free_classes, inputs.cols(), l2);
  penalty.rightCols(1).setConstant(1e-6);  // only so that a class never seen has a finite optimum
  return penalty;
}

double Problem::Loss(const Eigen::MatrixXd& weights) const {
  const Eigen::MatrixXd p = Probabilities(weights);
  double loss = (Penalty().array() * weights.array().square()).sum() / 2;
  for (Eigen::Index i = 0; i < p.rows(); ++i) {
    const int label = labels[static_cast<size_t>(i)];
    const double chosen = label == 0 ? 1 - p.row(i).sum() : p(i, label - 1);
    loss -= std::log(std::max(chosen, 1e-300));
  }
  return loss;
}

// The Newton direction H^-1 g, [free classes, columns]; `decrement` = g^T H^-1 g.
Eigen::MatrixXd NewtonDirection(const Problem& problem, const Eigen::MatrixXd& weights,
                                double& decrement) {
  const Eigen::Index columns = problem.inputs.cols(), k = problem.free_classes;
  const Eigen::MatrixXd p = problem.Probabilities(weights);
  const Eigen::MatrixXd penalty = problem.Penalty();
  Eigen::VectorXd gradient(k * columns);
  Eigen::MatrixXd hessian(k * columns, k * columns);
  for (Eigen::Index a = 0; a < k; ++a) {
    Eigen::VectorXd residual = p.col(a);
    for (size_t i = 0; i < problem.labels.size(); ++i) {
      if (problem.labels[i] == a + 1) residual(static_cast<Eigen::Index>(i)) -= 1;
    }
    gradient.segment(a * columns, columns) =
        problem.inputs.transpose() * residual +
        penalty.row(a).transpose().cwiseProduct(weights.row(a).transpose());
    for (Eigen::Index b = 0; b < k; ++b) {
      Eigen::VectorXd curvature = -p.col(a).cwiseProduct(p.col(b));
      if (a == b) curvature += p.col(a);
      hessian.block(a * columns, b * columns, columns, columns) =
          problem.inputs.transpose() * curvature.asDiagonal() * problem.inputs;
    }
    hessian.block(a * columns, a * columns, columns, columns).diagonal() +=
        penalty.row(a).transpose();
  }
  const Eigen::VectorXd direction = hessian.ldlt().solve(gradient);
  decrement = gradient.dot(direction);
  return Eigen::Map<const Eigen::MatrixXd>(direction.data(), columns, k).transpose();
}

Eigen::MatrixXd Minimise(const Problem& problem, int iterations) {
  Eigen::MatrixXd weights = Eigen::MatrixXd::Zero(problem.free_classes, problem.inputs.cols());
  double loss = problem.Loss(weights);
  for (int iteration = 0; iteration < iterations; ++iteration) {
    double decrement = 0;
    const Eigen::MatrixXd direction = NewtonDirection(problem, weights, decrement);
    if (!(decrement > 1e-10)) break;
    double step = 1;
    double next = problem.Loss(weights - direction);
    while (next > loss - 1e-4 * step * decrement && step > 1e-9) {  // Armijo
      step /= 2;
      next = problem.Loss(weights - step * direction);
    }
    if (next > loss) break;
    weights -= step * direction;
    loss = next;
  }
  return weights;
}

}  // namespace

StatusOr<LogisticRegression> LogisticRegression::Fit(const Architecture& architecture,
                                                     const Examples& examples,
                                                     std::span<const int> patients, int outcome,
                                                     LogisticRegressionOptions options) {
  const std::vector<int32_t>& labels = examples.labels[static_cast<size_t>(outcome)];
  std::vector<int> known;
  for (const int patient : patients) {
    if (labels[static_cast<size_t>(patient)] >= 0) known.push_back(patient);
  }
  const OutcomeShape& shape = architecture.outcomes[static_cast<size_t>(outcome)];
  if (known.empty()) {
    return FailedPrecondition("no patient has a label of outcome '{}' to fit to", shape.key);
  }
  LogisticRegression model(StandardisedInputs(architecture, examples, known));
  model.classes_ = shape.classes;
  const size_t columns = model.inputs_.size() + 1;
  Problem problem;
  problem.inputs.resize(static_cast<Eigen::Index>(known.size()),
                        static_cast<Eigen::Index>(columns));
  problem.free_classes = shape.classes - 1;
  problem.l2 = options.l2;
  std::vector<double> inputs(columns, 1);
  for (size_t i = 0; i < known.size(); ++i) {
    model.inputs_.Write<double>(examples, known[i], inputs);
    problem.inputs.row(static_cast<Eigen::Index>(i)) =
        Eigen::Map<const Eigen::RowVectorXd>(inputs.data(), static_cast<Eigen::Index>(columns));
    problem.labels.push_back(labels[static_cast<size_t>(known[i])]);
  }
  const Eigen::MatrixXd weights = Minimise(problem, options.iterations);
  for (Eigen::Index k = 0; k < weights.rows(); ++k) {
    for (Eigen::Index j = 0; j < weights.cols(); ++j) model.weights_.push_back(weights(k, j));
  }
  return model;
}

std::vector<float> LogisticRegression::Predict(const Examples& examples,
                                               std::span<const int> patients) const {
  const size_t columns = inputs_.size() + 1;
  std::vector<double> inputs(columns, 1), logits(static_cast<size_t>(classes_));
  std::vector<float> probabilities;
  for (const int patient : patients) {
    inputs_.Write<double>(examples, patient, inputs);
    for (size_t c = 1; c < logits.size(); ++c) {
      logits[c] = 0;
      for (size_t j = 0; j < columns; ++j) logits[c] += weights_[(c - 1) * columns + j] * inputs[j];
    }
    const double largest = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const double z : logits) sum += std::exp(z - largest);
    for (const double z : logits) {
      probabilities.push_back(static_cast<float>(std::exp(z - largest) / sum));
    }
  }
  return probabilities;
}

}  // namespace consilium::modn
