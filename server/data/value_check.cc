#include "server/data/value_check.h"

#include <charconv>
#include <cmath>

#include "base/toml.h"
#include "server/data/text.h"

namespace consilium::data {
namespace {

std::string Quoted(std::string_view text) { return fmt::format("'{}'", Printable(text)); }

bool HasUnit(const Feature& feature) { return feature.unit != "1"; }

std::optional<Refusal> CheckUnit(const Feature& feature, std::string_view unit) {
  if (unit.empty()) return std::nullopt;
  if (feature.kind == FeatureKind::kCategorical || feature.kind == FeatureKind::kImage) {
    return Refusal{RefusalReason::kWrongUnit,
                   fmt::format("{}: unit {}, expected none: the answer is {}", feature.key,
                               Quoted(unit), Accepted(feature))};
  }
  if (unit == feature.unit || unit == feature.unit_label) return std::nullopt;
  return Refusal{RefusalReason::kWrongUnit,
                 fmt::format("{}: unit {}, expected {}", feature.key, Quoted(unit),
                             HasUnit(feature) ? feature.unit_label : "none")};
}

CheckedValue CheckNumber(const Feature& feature, double value) {
  if (!std::isfinite(value)) {
    return Refusal{RefusalReason::kNotANumber, fmt::format("{}: {}, expected a finite number, {}",
                                                           feature.key, value, Accepted(feature))};
  }
  if (value < feature.range.min || value > feature.range.max) {
    return Refusal{RefusalReason::kOutOfRange, fmt::format("{}: {} is out of range, expected {}",
                                                           feature.key, value, Accepted(feature))};
  }
  return value;
}

Refusal OneValueOnly(const Feature& feature) {
  return {RefusalReason::kWrongLength,
          fmt::format("{}: one value, expected {}", feature.key, Accepted(feature))};
}

std::string WithUnit(const Range& range, std::string_view unit, std::string_view label) {
  const std::string text = fmt::format("{} to {}", range.min, range.max);
  return unit == "1" ? text : fmt::format("{} {}", text, label);
}

// The first few.
std::string NamesOf(const std::vector<Component>& components) {
  constexpr size_t kMost = 8;
  std::string names;
  for (size_t c = 0; c < components.size() && c < kMost; ++c) {
    names += (c == 0 ? "" : ", ") + components[c].key;
  }
  return components.size() > kMost ? names + ", ..." : names;
}

}  // namespace

std::string_view Name(RefusalReason reason) {
  switch (reason) {
    case RefusalReason::kUnknownFeature:
      return "unknown feature";
    case RefusalReason::kNotANumber:
      return "not a number";
    case RefusalReason::kOutOfRange:
      return "out of range";
    case RefusalReason::kUnknownCategory:
      return "unknown category";
    case RefusalReason::kWrongUnit:
      return "wrong unit";
    case RefusalReason::kAlreadyAnswered:
      return "already answered";
    case RefusalReason::kNotAnswered:
      return "not answered";
    case RefusalReason::kFeatureNotInModel:
      return "feature not in model";
    case RefusalReason::kNoAction:
      return "no action";
    case RefusalReason::kWrongLength:
      return "wrong length";
    case RefusalReason::kNoImage:
      return "no image";
  }
  return "refused";
}

std::optional<double> ParseNumber(std::string_view text) {
  std::string_view digits = Trim(text);
  if (digits.size() > 1 && digits[0] == '+' && digits[1] != '-') digits.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

CheckedValue CheckValue(const Feature& feature, std::string_view text, std::string_view unit) {
  if (std::optional<Refusal> refusal = CheckUnit(feature, Trim(unit))) return *refusal;
  if (HasPayload(feature.kind)) return OneValueOnly(feature);
  if (feature.kind == FeatureKind::kContinuous) {
    const std::optional<double> number = ParseNumber(text);
    if (number) return CheckNumber(feature, *number);
    return Refusal{RefusalReason::kNotANumber,
                   fmt::format("{}: {} is not a number, expected {}", feature.key, Quoted(text),
                               Accepted(feature))};
  }
  const int category = FindCategory(feature.categories, Trim(text));
  if (category >= 0) return static_cast<double>(category);
  return Refusal{RefusalReason::kUnknownCategory,
                 fmt::format("{}: {} is no category, expected {}", feature.key, Quoted(text),
                             Accepted(feature))};
}

CheckedValue CheckValue(const Feature& feature, double value, std::string_view unit) {
  if (feature.kind == FeatureKind::kCategorical) {
    return CheckValue(feature, fmt::format("{}", value), unit);
  }
  if (std::optional<Refusal> refusal = CheckUnit(feature, Trim(unit))) return *refusal;
  if (HasPayload(feature.kind)) return OneValueOnly(feature);
  return CheckNumber(feature, value);
}

CheckedValue CheckValue(const Schema& schema, std::string_view key, std::string_view text,
                        std::string_view unit) {
  const int index = schema.FindFeature(key);
  if (index >= 0) return CheckValue(schema.features[static_cast<size_t>(index)], text, unit);
  return Refusal{RefusalReason::kUnknownFeature,
                 fmt::format("{} is no feature of {}@{}{}", Quoted(key), schema.name,
                             schema.version, Suggestion(key, schema.FeatureKeys()))};
}

std::string Canonical(const Feature& feature, double value) {
  if (feature.kind == FeatureKind::kContinuous) return fmt::format("{}", value);
  return feature.categories[static_cast<size_t>(value)].value;
}

std::string Readable(const Feature& feature, double value) {
  switch (feature.kind) {
    case FeatureKind::kCategorical:
      return feature.categories[static_cast<size_t>(value)].label;
    case FeatureKind::kVector:
      return fmt::format("{} numbers", feature.width);
    case FeatureKind::kSeries:
      return fmt::format("{} measurement{}", value, value == 1 ? "" : "s");
    case FeatureKind::kImage:
      return fmt::format("image of {} x {}", feature.width, feature.height);
    case FeatureKind::kContinuous:
      break;
  }
  return HasUnit(feature) ? fmt::format("{:.6g} {}", value, feature.unit_label)
                          : fmt::format("{:.6g}", value);
}

std::string Accepted(const Feature& feature, int component) {
  if (feature.components.empty()) {
    return WithUnit(feature.range, feature.unit, feature.unit_label);
  }
  const Component& own = feature.components[static_cast<size_t>(component)];
  return WithUnit(own.range, own.unit, own.unit_label);
}

std::string Accepted(const Feature& feature) {
  const bool alike = feature.components.empty();
  const std::string range =
      alike ? ", each " + Accepted(feature, 0) : " (" + NamesOf(feature.components) + ")";
  switch (feature.kind) {
    case FeatureKind::kContinuous:
      return Accepted(feature, 0);
    case FeatureKind::kVector:
      return fmt::format("{} numbers{}", feature.width, range);
    case FeatureKind::kSeries:
      return fmt::format("measurements of {} number{}{}", feature.width,
                         feature.width == 1 ? "" : "s", range);
    case FeatureKind::kImage:
      return fmt::format("a PGM or PNG of {} x {}", feature.width, feature.height);
    case FeatureKind::kCategorical:
      break;
  }
  std::string values;
  for (const Category& category : feature.categories) {
    values += (values.empty() ? "one of: " : ", ") + category.value;
  }
  return values;
}

}  // namespace consilium::data
