#ifndef CONSILIUM_SERVER_CONSULTATION_RELEASE_H_
#define CONSILIUM_SERVER_CONSULTATION_RELEASE_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "modules/modn/feature_predictor.h"
#include "modules/modn/predictor.h"
#include "server/data/normalisation.h"
#include "server/data/schema.h"
#include "server/training/model.h"

namespace consilium::consultation {

// One answer a patient of this site might give, as the predictor takes it.
struct PossibleAnswer {
  float value = 0;
  float share = 0;  // of the site's training patients who answered
};

// An outcome that is a number, in its unit.
struct Estimate {
  double mean = 0;
  double deviation = 0;
};

// A trained model ready to predict. Everything consultations have in common is here, once.
// Immutable, so thread-safe; a consultation holds the one it began with.
class Release {
 public:
  // `digest` identifies the model: hexadecimal. Refuses a model whose parts do not fit together or
  // whose numbers are not finite.
  static StatusOr<std::shared_ptr<const Release>> Create(training::Model model, std::string digest);

  const data::Schema& schema() const { return model_.schema; }
  const training::Model& model() const { return model_; }
  const std::string& digest() const { return digest_; }
  const modn::Predictor& predictor() const { return predictor_; }
  // Null if the model has no feature decoders.
  const modn::FeaturePredictor* feature_predictor() const {
    return feature_predictor_ ? &*feature_predictor_ : nullptr;
  }

  // What a clinician sees of it: the run and the first eight digits of the digest.
  const std::string& name() const { return name_; }

  // Features in the order a clinician is asked.
  const std::vector<int>& asking_order() const { return asking_order_; }

  // Whether any site of the federation had patients to learn `feature` from. A model that counts
  // no patient of any categorical feature is from before these were counted: they count as learnt.
  bool Learnt(int feature) const { return learnt_[static_cast<size_t>(feature)]; }

  // A value of the schema (a number in its unit, the index of a category) as the predictor takes
  // it.
  float Encode(int feature, double value) const;
  // Of a number, the way back.
  double Decode(int feature, float value) const;

  // The same for the numbers of a vector, series or image.
  std::vector<float> Encode(int feature, std::span<const float> numbers) const;

  // Of an outcome that is a number, in its unit. `probabilities` are of all outcomes.
  Estimate EstimateOf(int outcome, std::span<const float> probabilities) const;

  // Empty for a feature this site never observed.
  std::span<const PossibleAnswer> PossibleAnswers(int feature) const {
    return possible_[static_cast<size_t>(feature)];
  }

  // Whether the model says what this site's patients answered.
  bool knows_shares() const { return !model_.answer_shares.empty(); }

  // By outcome, and the end: where its classes, or mean and deviation, begin in
  // Step::probabilities.
  const std::vector<int>& first_class() const { return first_class_; }

 private:
  Release(training::Model model, std::string digest, data::Normalisation normalisation,
          modn::Predictor predictor);

  training::Model model_;
  std::string digest_;
  std::string name_;
  data::Normalisation normalisation_;
  modn::Predictor predictor_;
  std::optional<modn::FeaturePredictor> feature_predictor_;
  std::vector<int> asking_order_;
  std::vector<bool> learnt_;
  std::vector<std::vector<PossibleAnswer>> possible_;
  std::vector<int> first_class_;
};

}  // namespace consilium::consultation

#endif  // CONSILIUM_SERVER_CONSULTATION_RELEASE_H_
