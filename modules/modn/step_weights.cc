#include "modules/modn/step_weights.h"

#include <algorithm>
#include <cmath>

namespace consilium::modn {

template <typename Scalar>
void BatchCounts<Scalar>::Count(const BasicExamples<Scalar>& examples, const Batch& batch) {
  patients = static_cast<int>(batch.patients.size());
  repeated = batch.repeated;
  answers.clear();
  for (size_t t = 0; t < batch.order.size(); ++t) {
    int count = 0;
    for (size_t i = 0; i < batch.patients.size(); ++i) {
      const int feature = batch.Question(i, t);
      if (feature < 0) continue;
      const auto f = static_cast<size_t>(feature);
      const Scalar value = examples.values[f][static_cast<size_t>(batch.patients[i])];
      const bool hidden = !batch.hidden.empty() && batch.hidden[f * batch.patients.size() + i] != 0;
      count += value == value && !hidden ? 1 : 0;
    }
    answers.push_back(count);
  }
  labelled.clear();
  for (size_t o = 0; o < examples.labels.size(); ++o) {
    const bool number = o < examples.targets.size() && !examples.targets[o].empty();
    int count = 0;
    for (const int patient : batch.patients) {
      const auto at = static_cast<size_t>(patient);
      count += number ? !std::isnan(examples.targets[o][at]) : examples.labels[o][at] >= 0;
    }
    labelled.push_back(count);
  }
}

template <typename Scalar>
void RowWeights<Scalar>::Compute(const LossOptions& options, const BatchCounts<Scalar>& counts,
                                 int state, const ForwardPass<Scalar>& pass) {
  const auto rows = static_cast<size_t>(pass.rows());
  nll_.resize(rows);
  change_.resize(rows);
  nll_[0] = change_[0] = 0;
  initial_nll_.resize(static_cast<size_t>(pass.patients()));
  if (options.steps == StepWeights::kEveryStep) {
    EveryStep(options, counts, state, pass);
  } else if (options.steps == StepWeights::kFixedShare) {
    FixedShare(options, counts, state);
  } else {
    OwnSteps(options, counts, state, pass);
  }
  const auto penalty = static_cast<Scalar>(options.error_penalty);
  for (Scalar& weight : nll_) weight *= penalty;
  for (Scalar& weight : initial_nll_) weight *= penalty;
  Repeated(options, counts, state, pass);
}

template <typename Scalar>
void RowWeights<Scalar>::EveryStep(const LossOptions& options, const BatchCounts<Scalar>& counts,
                                   int state, const ForwardPass<Scalar>& pass) {
  const int questions = static_cast<int>(counts.answers.size()) - counts.repeated;
  // Every row is taken to last to the end, and loses what comes after the patient's next answer.
  std::fill(initial_nll_.begin(), initial_nll_.end(), static_cast<Scalar>(questions + 1));
  for (int t = 0; t < questions; ++t) {
    const int answered = std::max(1, counts.answers[static_cast<size_t>(t)]);
    const auto change = static_cast<Scalar>(2 * options.state_change_penalty / answered / state);
    const auto remaining = static_cast<Scalar>(questions - t);
    for (int row = pass.first_row(t); row < pass.first_row(t + 1); ++row) {
      const int previous = pass.previous(row);
      Scalar& before = previous == 0 ? initial_nll_[static_cast<size_t>(pass.patient(row))]
                                     : nll_[static_cast<size_t>(previous)];
      before -= remaining;
      nll_[static_cast<size_t>(row)] = remaining;
      change_[static_cast<size_t>(row)] = change;
    }
  }
}

template <typename Scalar>
void RowWeights<Scalar>::OwnSteps(const LossOptions& options, const BatchCounts<Scalar>& counts,
                                  int state, const ForwardPass<Scalar>& pass) {
  answers_.assign(initial_nll_.size(), 0);
  const int end = pass.first_row(static_cast<int>(counts.answers.size()) - counts.repeated);
  for (int row = 1; row < end; ++row) ++answers_[static_cast<size_t>(pass.patient(row))];
  for (size_t i = 0; i < answers_.size(); ++i) {
    initial_nll_[i] = 1 / static_cast<Scalar>(answers_[i] + 1);
  }
  const double change = 2 * options.state_change_penalty / counts.patients / state;
  for (int row = 1; row < end; ++row) {
    const auto patient = static_cast<size_t>(pass.patient(row));
    nll_[static_cast<size_t>(row)] = initial_nll_[patient];
    change_[static_cast<size_t>(row)] = static_cast<Scalar>(change / answers_[patient]);
  }
}

template <typename Scalar>
void RowWeights<Scalar>::FixedShare(const LossOptions& options, const BatchCounts<Scalar>& counts,
                                    int state) {
  const int questions = static_cast<int>(counts.answers.size()) - counts.repeated;
  const auto outcomes = static_cast<Scalar>(counts.labelled.size());
  const Scalar share = 1 / (outcomes * static_cast<Scalar>(questions + 1));
  const double change =
      2 * options.state_change_penalty / counts.patients / state / std::max(1, questions);
  std::fill(initial_nll_.begin(), initial_nll_.end(), share);
  std::fill(nll_.begin() + 1, nll_.end(), share);
  std::fill(change_.begin() + 1, change_.end(), static_cast<Scalar>(change));
  answers_.assign(initial_nll_.size(), questions);
}

// A question asked again is one of many that could have been: it stands for all of the order. Of
// the paper's sum over questions of the mean over those who answered it, or of every patient's
// mean.
template <typename Scalar>
void RowWeights<Scalar>::Repeated(const LossOptions& options, const BatchCounts<Scalar>& counts,
                                  int state, const ForwardPass<Scalar>& pass) {
  if (counts.repeated == 0) return;
  const int last = static_cast<int>(counts.answers.size());
  const int questions = last - counts.repeated;
  const double stands_for = static_cast<double>(questions) / counts.repeated;
  for (int t = questions; t < last; ++t) {
    const int answered = counts.answers[static_cast<size_t>(t)];
    for (int row = pass.first_row(t); row < pass.first_row(t + 1); ++row) {
      const int share = options.steps == StepWeights::kEveryStep
                            ? answered
                            : counts.patients * answers_[static_cast<size_t>(pass.patient(row))];
      nll_[static_cast<size_t>(row)] = 0;
      change_[static_cast<size_t>(row)] =
          static_cast<Scalar>(2 * options.features.idempotence * stands_for / share / state);
    }
  }
}

template struct BatchCounts<float>;
template struct BatchCounts<double>;
template class RowWeights<float>;
template class RowWeights<double>;

}  // namespace consilium::modn
