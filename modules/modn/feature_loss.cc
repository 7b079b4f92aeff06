#include "modules/modn/feature_loss.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.h"

namespace consilium::modn {
namespace {

// A question's number from the row it led to; -1 for row 0.
template <typename Scalar>
int QuestionOf(const ForwardPass<Scalar>& pass, int questions, int row) {
  int low = -1, high = questions;  // first_row(low) <= row < first_row(high)
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    (pass.first_row(middle) <= row ? low : high) = middle;
  }
  return row == 0 ? -1 : low;
}

bool IsHidden(const Batch& batch, int feature, size_t place) {
  const size_t at = static_cast<size_t>(feature) * batch.patients.size() + place;
  return !batch.hidden.empty() && batch.hidden[at] != 0;
}

}  // namespace

template <typename Scalar>
FeatureLoss<Scalar>::FeatureLoss(const Architecture& architecture,
                                 const nn::Kernels<Scalar>& kernels)
    : kernels_(kernels),
      decoding_(architecture, kernels),
      features_(architecture.features.size()) {}

template <typename Scalar>
double FeatureLoss<Scalar>::Run(const PackedFeatureDecoders<Scalar>& decoders,
                                const BasicExamples<Scalar>& examples, const Batch& batch,
                                int begin, const FeatureLossOptions& options,
                                const ForwardPass<Scalar>& pass,
                                FeatureDecodersGradient<Scalar>& gradient,
                                RowGradients<Scalar>& rows) {
  samples_.clear();
  FindPositions(batch, begin, pass.patients());
  ChooseRows(batch, begin, options, pass);
  AddRepeated(batch, options, pass);
  if (samples_.empty()) return 0;
  CountKnown(examples, batch, begin, pass.patients());
  decoding_.PrepareStates(static_cast<int>(samples_.size()));
  for (size_t s = 0; s < samples_.size(); ++s) {
    std::copy_n(pass.state(samples_[s].row), pass.lengths().state,
                decoding_.State(static_cast<int>(s)));
  }
  decoding_.Forward(decoders);
  double loss = 0;
  for (const FeatureDecoderPlace& place : decoding_.stack().places) {
    Target(examples, batch, begin, options, place.feature);
    loss += Loss(place);
  }
  decoding_.Backward(decoders, gradient);
  for (size_t s = 0; s < samples_.size(); ++s) {
    rows.Add(samples_[s].row, decoding_.StateGradient(static_cast<int>(s)));
  }
  return loss;
}

template <typename Scalar>
void FeatureLoss<Scalar>::FindPositions(const Batch& batch, int begin, int patients) {
  const size_t orders = batch.own_orders.empty() ? 1 : static_cast<size_t>(patients);
  position_.assign(orders * features_, std::numeric_limits<int>::max());
  for (size_t i = 0; i < orders; ++i) {
    for (size_t t = batch.order.size() - static_cast<size_t>(batch.repeated); t-- > 0;) {
      const int feature = batch.Question(static_cast<size_t>(begin) + i, t);
      if (feature >= 0)
        position_[i * features_ + static_cast<size_t>(feature)] = static_cast<int>(t);
    }
  }
}

// Draws from each patient's rows those to be decoded: one in each of `decoded_rows` equal parts.
template <typename Scalar>
void FeatureLoss<Scalar>::ChooseRows(const Batch& batch, int begin,
                                     const FeatureLossOptions& options,
                                     const ForwardPass<Scalar>& pass) {
  const int questions = static_cast<int>(batch.order.size()) - batch.repeated;
  const int end = pass.first_row(questions);
  const auto all = static_cast<Scalar>(batch.patients.size());
  answers_.clear();
  for (int i = 0; i < pass.patients(); ++i) {
    chain_.clear();
    int row = pass.current(i);
    while (row >= end) row = pass.previous(row);
    for (; row > 0; row = pass.previous(row)) chain_.push_back(row);
    chain_.push_back(0);
    answers_.push_back(static_cast<int>(chain_.size()) - 1);
    if (options.decoding <= 0) continue;
    const auto steps = static_cast<int>(chain_.size());
    const int wanted = options.decoded_rows <= 0 ? steps : std::min(options.decoded_rows, steps);
    Random random(batch.sample + static_cast<uint64_t>(begin + i));
    const double shift = wanted == steps ? 0.5 : random.Uniform();
    for (int k = 0; k < wanted; ++k) {
      const auto at = static_cast<size_t>((k + shift) / wanted * steps);
      const int chosen = chain_[std::min(at, chain_.size() - 1)];
      samples_.push_back({chosen, i, QuestionOf(pass, questions, chosen), -1,
                          static_cast<Scalar>(options.decoding / wanted) / all});
    }
  }
}

// The rows of questions asked again. Drawn one of many: each stands for all of the order.
template <typename Scalar>
void FeatureLoss<Scalar>::AddRepeated(const Batch& batch, const FeatureLossOptions& options,
                                      const ForwardPass<Scalar>& pass) {
  const double weight = options.idempotence * options.decoding;
  if (weight <= 0) return;
  const int last = static_cast<int>(batch.order.size());
  const int questions = last - batch.repeated;
  for (int t = questions; t < last; ++t) {
    const int feature = batch.order[static_cast<size_t>(t)];
    if (decoding_.stack().Find(feature) < 0) continue;
    for (int row = pass.first_row(t); row < pass.first_row(t + 1); ++row) {
      const int patient = pass.patient(row);
      const double share =
          static_cast<double>(questions) / batch.repeated / answers_[static_cast<size_t>(patient)];
      samples_.push_back(
          {row, patient, questions, feature,
           static_cast<Scalar>(weight * share) / static_cast<Scalar>(batch.patients.size())});
    }
  }
}

// How many decodable answers of each patient are known, hidden or not.
template <typename Scalar>
void FeatureLoss<Scalar>::CountKnown(const BasicExamples<Scalar>& examples, const Batch& batch,
                                     int begin, int patients) {
  known_.assign(static_cast<size_t>(patients), 0);
  for (const FeatureDecoderPlace& place : decoding_.stack().places) {
    const std::vector<Scalar>& values = examples.values[static_cast<size_t>(place.feature)];
    for (size_t i = 0; i < known_.size(); ++i) {
      const int patient = batch.patients[static_cast<size_t>(begin) + i];
      known_[i] += std::isnan(values[static_cast<size_t>(patient)]) ? 0 : 1;
    }
  }
}

template <typename Scalar>
void FeatureLoss<Scalar>::Target(const BasicExamples<Scalar>& examples, const Batch& batch,
                                 int begin, const FeatureLossOptions& options, int feature) {
  const auto padded = static_cast<size_t>(decoding_.padded());
  values_.assign(padded, 0);
  weights_.assign(padded, 0);
  labels_.assign(padded, 0);
  const std::vector<Scalar>& values = examples.values[static_cast<size_t>(feature)];
  for (size_t s = 0; s < samples_.size(); ++s) {
    const Sample& sample = samples_[s];
    const size_t place = static_cast<size_t>(begin) + static_cast<size_t>(sample.patient);
    const Scalar value = values[static_cast<size_t>(batch.patients[place])];
    if (std::isnan(value) || (sample.only >= 0 && sample.only != feature)) continue;
    values_[s] = value;
    labels_[s] = static_cast<int32_t>(value);
    if (sample.only >= 0) {
      weights_[s] = sample.weight;
      continue;
    }
    const size_t order = batch.own_orders.empty() ? 0 : static_cast<size_t>(sample.patient);
    const int position = position_[order * features_ + static_cast<size_t>(feature)];
    const bool asked = position <= sample.question && !IsHidden(batch, feature, place);
    weights_[s] = sample.weight * static_cast<Scalar>(asked ? options.asked : options.unasked) /
                  static_cast<Scalar>(known_[static_cast<size_t>(sample.patient)]);
  }
}

template <typename Scalar>
double FeatureLoss<Scalar>::Loss(const FeatureDecoderPlace& place) {
  Scalar* z = decoding_.outputs(place.first_output);
  if (place.categorical) {
    return kernels_.softmax_loss({place.outputs, decoding_.padded(), decoding_.stride(), z,
                                  labels_.data(), weights_.data()});
  }
  return NormalLoss(decoding_.padded(), values_.data(), weights_.data(), z,
                    decoding_.outputs(place.first_output + 1));
}

template class FeatureLoss<float>;
template class FeatureLoss<double>;

}  // namespace consilium::modn
