#include "modules/modn/reading_loss.h"

#include <algorithm>
#include <cmath>

#include "modules/modn/normal_outcome.h"

namespace consilium::modn {

template <typename Scalar>
double ReadingLoss<Scalar>::Run(const BasicExamples<Scalar>& examples, const Batch& batch,
                                int begin, bool squashed, const BatchCounts<Scalar>& counts,
                                const RowWeights<Scalar>& weights, ForwardPass<Scalar>& pass) {
  double loss = 0;
  Scalar* z = pass.logits();
  for (size_t o = 0; o < architecture_.outcomes.size(); ++o) {
    const OutcomeShape& outcome = architecture_.outcomes[o];
    const int labelled = counts.labelled[o];
    const Scalar share = labelled > 0 ? 1 / static_cast<Scalar>(labelled) : 0;
    if (outcome.classes == 0) {
      loss += Number(examples.targets[o], share, batch, begin, weights, pass, z);
    } else {
      if (squashed) Squash(outcome.classes, pass, z);
      loss += Classes(examples.labels[o], outcome.classes, share, batch, begin, weights, pass, z);
      if (squashed) Unsquash(outcome.classes, pass, z);
    }
    z += Outputs(outcome) * pass.logit_stride();
  }
  return loss;
}

template <typename Scalar>
double ReadingLoss<Scalar>::Classes(const std::vector<int32_t>& labels, int classes, Scalar share,
                                    const Batch& batch, int begin,
                                    const RowWeights<Scalar>& weights,
                                    const ForwardPass<Scalar>& pass, Scalar* z) {
  chunk_labels_.resize(static_cast<size_t>(pass.patients()));
  class_weights_.assign(static_cast<size_t>(classes), 0);
  for (size_t i = 0; i < chunk_labels_.size(); ++i) {
    const int patient = batch.patients[static_cast<size_t>(begin) + i];
    const int32_t label = labels[static_cast<size_t>(patient)];
    chunk_labels_[i] = label;
    if (label < 0) continue;
    class_weights_[static_cast<size_t>(label)] += weights.initial_nll()[i] * share;
  }
  const int padded = nn::PaddedRow(pass.rows());
  row_labels_.assign(static_cast<size_t>(padded), kUnknownLabel);
  row_weights_.assign(static_cast<size_t>(padded), 0);
  for (int row = 1; row < pass.rows(); ++row) {
    const auto at = static_cast<size_t>(row);
    const int32_t label = chunk_labels_[static_cast<size_t>(pass.patient(row))];
    row_labels_[at] = label;
    row_weights_[at] = label >= 0 ? weights.nll()[at] * share : 0;
  }
  initial_logits_.resize(static_cast<size_t>(classes));
  for (int c = 0; c < classes; ++c) {
    initial_logits_[static_cast<size_t>(c)] = z[c * pass.logit_stride()];
  }
  const double loss = kernels_.softmax_loss(
      {classes, padded, pass.logit_stride(), z, row_labels_.data(), row_weights_.data()});
  return loss + InitialClasses(classes, pass.logit_stride(), initial_logits_.data(), z);
}

// Row 0, which all patients share: its NLL for each class, weighed by the patients of the class.
template <typename Scalar>
double ReadingLoss<Scalar>::InitialClasses(int classes, ptrdiff_t stride, const Scalar* logits,
                                           Scalar* z) const {
  const Scalar largest = *std::max_element(logits, logits + classes);
  Scalar sum = 0, total = 0;
  for (int c = 0; c < classes; ++c) {
    sum += std::exp(logits[c] - largest);
    total += class_weights_[static_cast<size_t>(c)];
  }
  const Scalar log_sum = std::log(sum) + largest;
  double loss = 0;
  for (int c = 0; c < classes; ++c) {
    const Scalar weight = class_weights_[static_cast<size_t>(c)];
    loss += static_cast<double>(weight * (log_sum - logits[c]));
    z[c * stride] = total * std::exp(logits[c] - log_sum) - weight;
  }
  return loss;
}

// Of y at mean m and log-deviation l: l + (y - m)^2 / (2 e^2l), as of MoDN's feature decoders.
template <typename Scalar>
double ReadingLoss<Scalar>::Number(const std::vector<Scalar>& targets, Scalar share,
                                   const Batch& batch, int begin, const RowWeights<Scalar>& weights,
                                   const ForwardPass<Scalar>& pass, Scalar* z) {
  Scalar* mean = z;
  Scalar* deviation = z + pass.logit_stride();
  double loss = 0;
  Scalar initial_mean = 0, initial_deviation = 0;
  // Adds one patient's part at the row's readings.
  const auto add = [&](int row, int patient, Scalar weight, Scalar& to_mean, Scalar& to_deviation) {
    const int who = batch.patients[static_cast<size_t>(begin + patient)];
    const Scalar target = targets[static_cast<size_t>(who)];
    if (target != target) return;
    const Scalar log_deviation = LogDeviation(deviation[row]);
    const Scalar precision = std::exp(-2 * log_deviation);
    const Scalar error = mean[row] - target;
    loss += static_cast<double>(weight * (log_deviation + error * error * precision / 2));
    to_mean += weight * error * precision;
    to_deviation += weight * (1 - error * error * precision) * LogDeviationSlope(log_deviation);
  };
  for (int i = 0; i < pass.patients(); ++i) {
    add(0, i, weights.initial_nll()[static_cast<size_t>(i)] * share, initial_mean,
        initial_deviation);
  }
  mean[0] = initial_mean;
  deviation[0] = initial_deviation;
  for (int row = 1; row < pass.rows(); ++row) {
    Scalar row_mean = 0, row_deviation = 0;
    add(row, pass.patient(row), weights.nll()[static_cast<size_t>(row)] * share, row_mean,
        row_deviation);
    mean[row] = row_mean;
    deviation[row] = row_deviation;
  }
  return loss;
}

template <typename Scalar>
void ReadingLoss<Scalar>::Squash(int classes, const ForwardPass<Scalar>& pass, Scalar* z) {
  const auto row = static_cast<size_t>(nn::PaddedRow(pass.rows()));
  squashed_.resize(static_cast<size_t>(classes) * row);
  for (int c = 0; c < classes; ++c) {
    kernels_.sigmoid(row, z + c * pass.logit_stride());
    std::copy_n(z + c * pass.logit_stride(), row, &squashed_[static_cast<size_t>(c) * row]);
  }
}

template <typename Scalar>
void ReadingLoss<Scalar>::Unsquash(int classes, const ForwardPass<Scalar>& pass, Scalar* z) const {
  const auto row = static_cast<size_t>(nn::PaddedRow(pass.rows()));
  for (int c = 0; c < classes; ++c) {
    const Scalar* p = &squashed_[static_cast<size_t>(c) * row];
    Scalar* gradient = z + c * pass.logit_stride();
    for (size_t i = 0; i < row; ++i) gradient[i] *= p[i] * (1 - p[i]);
  }
}

template class ReadingLoss<float>;
template class ReadingLoss<double>;

}  // namespace consilium::modn
