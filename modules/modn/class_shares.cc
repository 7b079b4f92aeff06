#include "modules/modn/class_shares.h"

namespace consilium::modn {

std::vector<float> ClassShares(const Architecture& architecture, const Examples& examples,
                               std::span<const int> patients, int outcome) {
  const auto o = static_cast<size_t>(outcome);
  const auto classes = static_cast<size_t>(architecture.outcomes[o].classes);
  std::vector<double> counts(classes, 1.0 / static_cast<double>(classes));
  double sum = 1;
  for (const int patient : patients) {
    const int32_t label = examples.labels[o][static_cast<size_t>(patient)];
    if (label < 0) continue;
    ++counts[static_cast<size_t>(label)];
    ++sum;
  }
  std::vector<float> shares;
  for (const double count : counts) shares.push_back(static_cast<float>(count / sum));
  return shares;
}

}  // namespace consilium::modn
