#ifndef CONSILIUM_SERVER_DATA_SCHEMA_H_
#define CONSILIUM_SERVER_DATA_SCHEMA_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "server/data/feature.h"

namespace consilium::data {

// What is predicted: one of two or more classes, or a number. With two classes, classes[1] is the
// positive one.
struct Outcome {
  std::string key;
  std::string label;
  std::string question;
  std::vector<Category> classes;  // none: a number
  std::optional<Code> code;

  // Of a number: as in Feature. Without a normalisation the range says the scale of the network.
  std::string unit;
  std::string unit_label;
  Range range;
  std::optional<Scale> normalisation;

  int decoder_hidden = 0;  // units of the decoder's hidden layer; 0: a linear decoder

  bool continuous() const { return classes.empty(); }
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
  // A question is suggested only when none of an earlier group is open.
  bool groups_in_turn = false;
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

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_SCHEMA_H_
