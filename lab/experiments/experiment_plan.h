#ifndef CONSILIUM_LAB_EXPERIMENTS_EXPERIMENT_PLAN_H_
#define CONSILIUM_LAB_EXPERIMENTS_EXPERIMENT_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/toml.h"

namespace consilium::experiments {

// The seeds and sizes of an experiment: a TOML file with keys at the top, and tables [quick] and
// [full] whose keys go before those at the top. Read every key, then ask Finish() before the work:
// a key that is missing, of another type or never asked for is an error that names its line.
class ExperimentPlan {
 public:
  static StatusOr<ExperimentPlan> Parse(std::string_view text, std::string_view source, bool quick);

  double Number(std::string_view key);
  int Integer(std::string_view key);
  bool Flag(std::string_view key);
  std::string Text(std::string_view key);
  std::vector<double> Numbers(std::string_view key);
  std::vector<std::string> Texts(std::string_view key);
  const std::vector<uint64_t>& seeds() const { return seeds_; }  // of the key "seeds"

  Status Finish() const { return document_.Finish(); }

  const std::string& text() const { return text_; }

 private:
  ExperimentPlan(TomlDocument document, std::string_view text, bool quick);

  template <typename Value>
  Value Read(std::string_view key, std::optional<Value> (TomlTable::*read)(std::string_view));

  TomlDocument document_;
  TomlTable top_;
  std::optional<TomlTable> quick_table_, full_table_;
  bool quick_;
  std::string text_;
  std::vector<uint64_t> seeds_;
};

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_EXPERIMENT_PLAN_H_
