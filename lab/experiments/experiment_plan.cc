#include "lab/experiments/experiment_plan.h"

#include <cmath>
#include <utility>

namespace consilium::experiments {

ExperimentPlan::ExperimentPlan(TomlDocument document, std::string_view text, bool quick)
    : document_(std::move(document)),
      top_(document_.root()),
      quick_table_(top_.Table("quick")),
      full_table_(top_.Table("full")),
      quick_(quick),
      text_(text) {}

StatusOr<ExperimentPlan> ExperimentPlan::Parse(std::string_view text, std::string_view source,
                                               bool quick) {
  ASSIGN_OR_RETURN(TomlDocument document, TomlDocument::Parse(text, source));
  ExperimentPlan plan(std::move(document), text, quick);
  for (const double seed : plan.Numbers("seeds")) {
    if (seed < 0 || seed > 1e15 || seed != std::floor(seed)) {
      plan.top_.ComplainAt("seeds", "expected whole numbers from 0 on");
      break;
    }
    plan.seeds_.push_back(static_cast<uint64_t>(seed));
  }
  return plan;
}

template <typename Value>
Value ExperimentPlan::Read(std::string_view key,
                           std::optional<Value> (TomlTable::*read)(std::string_view)) {
  // The other size is read too, so that its mistakes are told and its keys are known.
  std::optional<Value> value;
  const auto take = [&](TomlTable& table, bool chosen) {
    if (!table.Has(key)) return;
    std::optional<Value> found = (table.*read)(key);
    if (chosen) value = found ? std::move(found) : Value{};
  };
  take(top_, true);
  if (quick_table_) take(*quick_table_, quick_);
  if (full_table_) take(*full_table_, !quick_);
  if (!value) {
    top_.Complain(std::string("needs '") + std::string(key) + "', at the top or in [" +
                  (quick_ ? "quick" : "full") + "]");
  }
  return value.value_or(Value{});
}

double ExperimentPlan::Number(std::string_view key) { return Read(key, &TomlTable::Number); }

int ExperimentPlan::Integer(std::string_view key) {
  const int64_t value = Read(key, &TomlTable::Integer);
  if (value >= -2'000'000'000 && value <= 2'000'000'000) return static_cast<int>(value);
  top_.ComplainAt(key, "expected a whole number of at most nine digits");
  return 0;
}

bool ExperimentPlan::Flag(std::string_view key) { return Read(key, &TomlTable::Flag); }

std::string ExperimentPlan::Text(std::string_view key) { return Read(key, &TomlTable::Text); }

std::vector<double> ExperimentPlan::Numbers(std::string_view key) {
  return Read(key, &TomlTable::Numbers);
}

std::vector<std::string> ExperimentPlan::Texts(std::string_view key) {
  return Read(key, &TomlTable::Texts);
}

}  // namespace consilium::experiments
