#include "modules/modn/standardised_inputs.h"

#include <algorithm>
#include <cmath>

namespace consilium {

StandardisedInputs::StandardisedInputs(const Architecture& architecture, const Examples& examples,
                                       std::span<const int> patients, bool indicators)
    : indicators_(indicators ? architecture.features.size() : 0) {
  for (size_t f = 0; f < architecture.features.size(); ++f) {
    const int width = architecture.features[f].width;
    for (int category = 0; category < width; ++category) {
      double count = 0, sum = 0, squares = 0;
      for (const int patient : patients) {
        const float value = examples.values[f][static_cast<size_t>(patient)];
        if (std::isnan(value)) continue;
        const double x = width == 1 ? value : static_cast<int>(value) == category;
        ++count;
        sum += x;
        squares += x * x;
      }
      const double mean = count > 0 ? sum / count : 0;
      // Filled values lie at the mean and add nothing to the sum of squared deviations.
      const double variance =
          std::max(0.0, squares - count * mean * mean) / static_cast<double>(patients.size());
      columns_.push_back({static_cast<int>(f), width == 1 ? -1 : category, mean,
                          variance > 1e-12 ? 1 / std::sqrt(variance) : 0});
    }
  }
}

template <typename Scalar>
void StandardisedInputs::Write(const Examples& examples, int patient,
                               std::span<Scalar> inputs) const {
  const auto p = static_cast<size_t>(patient);
  for (size_t j = 0; j < columns_.size(); ++j) {
    const Column& column = columns_[j];
    const float value = examples.values[static_cast<size_t>(column.feature)][p];
    if (std::isnan(value)) {
      inputs[j] = 0;
      continue;
    }
    const double x = column.category < 0 ? value : static_cast<int>(value) == column.category;
    inputs[j] = static_cast<Scalar>((x - column.mean) * column.inverse_deviation);
  }
  for (size_t f = 0; f < indicators_; ++f) {
    inputs[columns_.size() + f] = std::isnan(examples.values[f][p]) ? Scalar{1} : Scalar{0};
  }
}

template void StandardisedInputs::Write(const Examples&, int, std::span<float>) const;
template void StandardisedInputs::Write(const Examples&, int, std::span<double>) const;

}  // namespace consilium
