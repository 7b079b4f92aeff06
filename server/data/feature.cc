#include "server/data/feature.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "fmt/core.h"
#include "server/data/value_check.h"

namespace consilium::data {
namespace {

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

int IndexOf(const std::vector<Category>& categories, auto&& matches) {
  const auto found = std::find_if(categories.begin(), categories.end(), matches);
  return found == categories.end() ? -1 : static_cast<int>(found - categories.begin());
}

}  // namespace

std::string_view Name(FeatureKind kind) {
  constexpr std::array<std::string_view, 5> kNames = {"continuous", "categorical", "vector",
                                                      "series", "image"};
  return kNames[static_cast<size_t>(kind)];
}

int ComponentsOf(const Feature& feature) {
  return feature.kind == FeatureKind::kVector || feature.kind == FeatureKind::kSeries
             ? feature.width
             : 1;
}

const Range& RangeOf(const Feature& feature, int component) {
  return feature.components.empty() ? feature.range
                                    : feature.components[static_cast<size_t>(component)].range;
}

std::string ComponentKey(const Feature& feature, int component) {
  if (feature.kind != FeatureKind::kVector && feature.kind != FeatureKind::kSeries) {
    return feature.key;
  }
  if (feature.components.empty()) return fmt::format("{}.{}", feature.key, component + 1);
  return feature.key + "." + feature.components[static_cast<size_t>(component)].key;
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

}  // namespace consilium::data
