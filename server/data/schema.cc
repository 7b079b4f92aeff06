#include "server/data/schema.h"

namespace consilium::data {
namespace {

template <typename Entry>
int FindKey(const std::vector<Entry>& entries, std::string_view key) {
  for (size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].key == key) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

int Schema::FindFeature(std::string_view key) const { return FindKey(features, key); }

int Schema::FindOutcome(std::string_view key) const { return FindKey(outcomes, key); }

std::vector<int> Schema::AskingOrder() const {
  std::vector<int> order;
  for (size_t g = 0; g <= groups.size(); ++g) {
    const std::string_view group = g < groups.size() ? std::string_view(groups[g].key) : "";
    for (size_t f = 0; f < features.size(); ++f) {
      if (features[f].group == group) order.push_back(static_cast<int>(f));
    }
  }
  return order;
}

std::vector<std::string> Schema::FeatureKeys() const {
  std::vector<std::string> keys;
  for (const Feature& feature : features) keys.push_back(feature.key);
  return keys;
}

}  // namespace consilium::data
