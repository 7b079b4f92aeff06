#ifndef CONSILIUM_SERVER_DATA_SCHEMA_H_
#define CONSILIUM_SERVER_DATA_SCHEMA_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace consilium {

enum class FeatureKind { kContinuous, kCategorical };

std::string_view Name(FeatureKind kind);  // "continuous"

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

// Something observable about a patient.
struct Feature {
  std::string key;
  FeatureKind kind = FeatureKind::kContinuous;
  std::string label;     // "Resting blood pressure"
  std::string question;  // what a clinician asks
  std::string group;     // key of a group of the schema, or empty
  std::optional<Code> code;

  // Continuous only.
  std::string unit;        // UCUM: "mm[Hg]"; "1" where there is none
  std::string unit_label;  // what people read: "mmHg"
  Range range;             // values outside are refused
  std::optional<Scale> normalisation;

  // Categorical only; at least two. An observation is an index into it.
  std::vector<Category> categories;

  bool operator==(const Feature&) const = default;
};

// What is predicted: one of two or more classes. With two, classes[1] is the positive one.
struct Outcome {
  std::string key;
  std::string label;
  std::string question;
  std::vector<Category> classes;
  std::optional<Code> code;
  bool operator==(const Outcome&) const = default;
};

struct Group {
  std::string key;
  std::string label;
  bool operator==(const Group&) const = default;
};

// The federation's catalogue. Features and outcomes keep the order of the file: that order is their
// index everywhere. Every site of a run has the same schema.
struct Schema {
  std::string name;
  uint32_t version = 1;
  std::vector<Group> groups;  // in asking order
  std::vector<Feature> features;
  std::vector<Outcome> outcomes;

  // Index, or -1.
  int FindFeature(std::string_view key) const;
  int FindOutcome(std::string_view key) const;

  // Indices of the features, group after group; those without a group come last.
  std::vector<int> AskingOrder() const;

  std::vector<std::string> FeatureKeys() const;

  bool operator==(const Schema&) const = default;
};

// Reads docs/formats/schema.md. An error tells everything that is wrong, each with line and column.
StatusOr<Schema> ParseSchema(std::string_view text, std::string_view source_name);
StatusOr<Schema> LoadSchema(const std::string& path);

// Index of the category meant by `text`: its value, its label whatever the case, or a number equal
// to its value ("3.0" is "3"). -1 if there is none.
int FindCategory(const std::vector<Category>& categories, std::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_DATA_SCHEMA_H_
