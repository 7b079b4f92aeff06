#ifndef CONSILIUM_SERVER_DATA_FEATURE_H_
#define CONSILIUM_SERVER_DATA_FEATURE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "modules/modn/feature_shape.h"

namespace consilium::data {

enum class FeatureKind { kContinuous, kCategorical, kVector, kSeries, kImage };

std::string_view Name(FeatureKind kind);  // "continuous"

// Whether a value is more than one number or category: a vector, a series or an image.
constexpr bool HasPayload(FeatureKind kind) {
  return kind != FeatureKind::kContinuous && kind != FeatureKind::kCategorical;
}

// A concept of a public terminology. `system` is FHIR's URI: "http://loinc.org".
struct Code {
  std::string system;
  std::string code;
  bool operator==(const Code&) const = default;
};

struct Range {
  double min = 0;
  double max = 0;
  bool operator==(const Range&) const = default;
};

// x is given to the modules as (x - mean) / sd. sd > 0.
struct Scale {
  double mean = 0;
  double sd = 1;
  bool operator==(const Scale&) const = default;
};

// One value a categorical feature, or one class an outcome, can take.
struct Category {
  std::string value;  // in answers, logs, protocol: "non-anginal"
  std::string label;  // what people read: "Non-anginal pain"
  std::optional<Code> code;
  bool operator==(const Category&) const = default;
};

// One of the numbers of a vector.
struct Component {
  std::string key;
  std::string label;
  std::string unit;
  std::string unit_label;
  Range range;
  bool operator==(const Component&) const = default;
};

// Something observable about a patient.
struct Feature {
  std::string key;
  FeatureKind kind = FeatureKind::kContinuous;
  std::string label;     // "Resting blood pressure"
  std::string question;  // what a clinician asks
  std::string group;     // key of a group of the schema, or empty
  std::optional<Code> code;

  // Continuous, vector and series. Of an image, whose grey values are numbers from 0 to 1, fixed.
  std::string unit;                    // UCUM: "mm[Hg]"; "1" where there is none
  std::string unit_label;              // what people read: "mmHg"
  Range range;                         // values outside are refused
  std::optional<Scale> normalisation;  // continuous only

  // Categorical only; at least two. An observation is an index into it.
  std::vector<Category> categories;

  // Vector and series: numbers of one vector. Image: pixels of one row.
  int width = 1;
  int height = 0;                     // image only: rows of pixels
  int longest = 0;                    // series only: vectors that count, the latest ones
  std::vector<Component> components;  // vector and series: `width` of them, or none
  modn::EncoderShape encoder;         // vector, series and image

  bool operator==(const Feature&) const = default;
};

// Numbers of one vector of a vector or series; 1 of everything else.
int ComponentsOf(const Feature& feature);
const Range& RangeOf(const Feature& feature, int component);
// "labs.sodium"; by number, from 1, if the components have no names; the key of an image.
std::string ComponentKey(const Feature& feature, int component);

// Index of the category meant by `text`: its value, its label whatever the case, or a number equal
// to its value ("3.0" is "3"). -1 if there is none.
int FindCategory(const std::vector<Category>& categories, std::string_view text);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_FEATURE_H_
