#ifndef CONSILIUM_MODULES_MODN_STANDARDISED_INPUTS_H_
#define CONSILIUM_MODULES_MODN_STANDARDISED_INPUTS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "modules/modn/architecture.h"
#include "modules/modn/examples.h"

namespace consilium::modn {

// All features of a patient side by side, as models want them that cannot do without: numbers and
// one-hot categories, every number of a vector or image, of a series the mean and the last of each
// number; standardised over the patients this was made from, with the mean, which is 0, where a
// value is missing. Immutable.
class StandardisedInputs {
 public:
  // With `indicators` one more input for each feature: 1 where it is missing, else 0.
  StandardisedInputs(const Architecture& architecture, const Examples& examples,
                     std::span<const int> patients, bool indicators = false);

  size_t size() const { return columns_.size() + indicators_; }

  // Writes the inputs of one patient into the first size() numbers of `inputs`.
  template <typename Scalar>
  void Write(const Examples& examples, int patient, std::span<Scalar> inputs) const;

  // Makes written inputs those of a patient without these answers: hidden(feature) says which.
  template <typename Scalar, typename Hidden>
  void Hide(const Hidden& hidden, std::span<Scalar> inputs) const {
    for (size_t j = 0; j < columns_.size(); ++j) {
      if (hidden(columns_[j].feature)) inputs[j] = 0;
    }
    for (size_t f = 0; f < indicators_; ++f) {
      if (hidden(static_cast<int>(f))) inputs[columns_.size() + f] = 1;
    }
  }

 private:
  // What a column holds of its feature: the number, whether it is category `part`, the number
  // `part` of the payload, or of number `part` of a series' vectors the mean or the last.
  enum class Kind : uint8_t { kNumber, kCategory, kPayload, kMean, kLast };
  struct Column {
    int feature = 0;
    Kind kind = Kind::kNumber;
    int part = 0, width = 1;
    double mean = 0, inverse_deviation = 0;  // the mean stands for a missing value
  };

  static std::vector<Column> ColumnsOf(const FeatureShape& shape, int feature);
  // Requires that the patient has the feature.
  static double Raw(const Column& column, const Examples& examples, int patient);

  std::vector<Column> columns_;
  size_t indicators_ = 0;
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_STANDARDISED_INPUTS_H_
