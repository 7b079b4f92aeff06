#include "server/data/schema.h"

#include <algorithm>
#include <cctype>

#include "server/data/value_check.h"

namespace consilium {
namespace {

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

template <typename Entry>
int FindKey(const std::vector<Entry>& entries, std::string_view key) {
  for (size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].key == key) return static_cast<int>(i);
  }
  return -1;
}

int IndexOf(const std::vector<Category>& categories, auto&& matches) {
  const auto found = std::find_if(categories.begin(), categories.end(), matches);
  return found == categories.end() ? -1 : static_cast<int>(found - categories.begin());
}

}  // namespace

std::string_view Name(FeatureKind kind) {
  return kind == FeatureKind::kContinuous ? "continuous" : "categorical";
}

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

int FindCategory(const std::vector<Category>& categories, std::string_view text) {
  const int by_value = IndexOf(categories, [&](const Category& c) { return c.value == text; });
  if (by_value >= 0) return by_value;
  const int by_label =
      IndexOf(categories, [&](const Category& c) { return EqualIgnoringCase(c.label, text); });
  if (by_label >= 0) return by_label;
  const std::optional<double> number = ParseNumber(text);
  if (!number) return -1;
  return IndexOf(categories, [&](const Category& c) { return ParseNumber(c.value) == number; });
}

}  // namespace consilium
