#include "server/consultation/release.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "server/data/examples.h"

namespace consilium::consultation {
namespace {

constexpr size_t kNameDigits = 8;

template <typename Number>
bool AllFinite(const std::vector<Number>& numbers) {
  return std::ranges::all_of(numbers, [](Number number) { return std::isfinite(number); });
}

Status CheckShape(const training::Model& model, const modn::Architecture& architecture) {
  RETURN_IF_ERROR(modn::Validate(architecture));
  const size_t expected = modn::MakeLayout(architecture).size();
  if (model.parameters.size() != expected) {
    return InvalidArgument("model of run {}: {} parameters, its schema needs {}", model.run,
                           model.parameters.size(), expected);
  }
  if (!AllFinite(model.parameters) || !AllFinite(model.statistics)) {
    return InvalidArgument("model of run {}: not all of its numbers are finite; do not release it",
                           model.run);
  }
  if (const Status sound = training::Validate(model.calibration, architecture); !sound.ok()) {
    return InvalidArgument("model of run {}: {}", model.run, Message(sound));
  }
  const size_t shares = model.answer_shares.size();
  if (shares != 0 && shares != model.schema.features.size()) {
    return InvalidArgument("model of run {}: answer shares of {} features, its schema has {}",
                           model.run, shares, model.schema.features.size());
  }
  return OkStatus();
}

// The middle of bin `bin` of `bins` equal parts of the range; for a category, itself.
double ValueOfBin(const data::Feature& feature, size_t bin, size_t bins) {
  if (feature.kind == data::FeatureKind::kCategorical) return static_cast<double>(bin);
  const double width = (feature.range.max - feature.range.min) / static_cast<double>(bins);
  return feature.range.min + (static_cast<double>(bin) + 0.5) * width;
}

// A multiple of the number of the federation's patients who have the feature.
double PatientsWith(const training::Model& model, size_t feature) {
  return model.statistics[data::StatisticsBegin(model.schema, static_cast<int>(feature))];
}

bool CountsCategories(const training::Model& model) {
  if (model.statistics.empty()) return false;
  for (size_t f = 0; f < model.schema.features.size(); ++f) {
    const bool categorical = model.schema.features[f].kind == data::FeatureKind::kCategorical;
    if (categorical && PatientsWith(model, f) > 0) return true;
  }
  return false;
}

bool SharesFit(const data::Feature& feature, const std::vector<float>& shares) {
  const size_t categories = feature.categories.size();
  if (data::HasPayload(feature.kind)) return false;
  return feature.kind != data::FeatureKind::kCategorical || shares.size() <= categories;
}

}  // namespace

StatusOr<std::shared_ptr<const Release>> Release::Create(training::Model model,
                                                         std::string digest) {
  const modn::Architecture architecture =
      data::ArchitectureOf(model.schema, model.state, model.hidden, model.feature_decoder_hidden);
  RETURN_IF_ERROR(CheckShape(model, architecture));
  data::Normalisation normalisation = data::NormalisationFromSchema(model.schema);
  if (!model.statistics.empty()) {
    ASSIGN_OR_RETURN(normalisation, data::NormalisationFrom(model.schema, model.statistics));
  }
  ASSIGN_OR_RETURN(modn::Predictor predictor,
                   modn::Predictor::Create(architecture, model.parameters));
  return std::shared_ptr<const Release>(new Release(
      std::move(model), std::move(digest), std::move(normalisation), std::move(predictor)));
}

Release::Release(training::Model model, std::string digest, data::Normalisation normalisation,
                 modn::Predictor predictor)
    : model_(std::move(model)),
      digest_(std::move(digest)),
      name_(model_.run + "@" + digest_.substr(0, kNameDigits)),
      normalisation_(std::move(normalisation)),
      predictor_(std::move(predictor)),
      asking_order_(model_.schema.AskingOrder()) {
  const std::vector<data::Feature>& features = model_.schema.features;
  const bool counts_categories = CountsCategories(model_);
  for (size_t f = 0; f < features.size(); ++f) {
    const bool categorical = features[f].kind == data::FeatureKind::kCategorical;
    const bool tells = !model_.statistics.empty() && (!categorical || counts_categories);
    learnt_.push_back(!tells || PatientsWith(model_, f) > 0);
    std::vector<PossibleAnswer>& possible = possible_.emplace_back();
    if (model_.answer_shares.empty()) continue;
    const std::vector<float>& shares = model_.answer_shares[f];
    if (!SharesFit(features[f], shares)) continue;
    for (size_t bin = 0; bin < shares.size(); ++bin) {
      if (!(shares[bin] > 0)) continue;
      const double value = ValueOfBin(features[f], bin, shares.size());
      possible.push_back({Encode(static_cast<int>(f), value), shares[bin]});
    }
  }
  if (model_.feature_decoder_hidden > 0) {
    feature_predictor_.emplace(predictor_.architecture(), model_.parameters);
  }
  first_class_.push_back(0);
  for (const modn::OutcomeShape& outcome : predictor_.architecture().outcomes) {
    first_class_.push_back(first_class_.back() + modn::Outputs(outcome));
  }
}

float Release::Encode(int feature, double value) const {
  const auto f = static_cast<size_t>(feature);
  if (model_.schema.features[f].kind == data::FeatureKind::kCategorical)
    return static_cast<float>(value);
  const data::Scale& scale = normalisation_.scales[f];
  return static_cast<float>((value - scale.mean) / scale.sd);
}

std::vector<float> Release::Encode(int feature, std::span<const float> numbers) const {
  return data::Normalised(model_.schema.features[static_cast<size_t>(feature)], normalisation_,
                          feature, numbers);
}

double Release::Decode(int feature, float value) const {
  const data::Scale& scale = normalisation_.scales[static_cast<size_t>(feature)];
  return static_cast<double>(value) * scale.sd + scale.mean;
}

Estimate Release::EstimateOf(int outcome, std::span<const float> probabilities) const {
  const auto o = static_cast<size_t>(outcome);
  const data::Scale scale = data::ScaleOf(model_.schema.outcomes[o]);
  const auto first = static_cast<size_t>(first_class_[o]);
  return {scale.mean + scale.sd * static_cast<double>(probabilities[first]),
          scale.sd * static_cast<double>(probabilities[first + 1])};
}

}  // namespace consilium::consultation
