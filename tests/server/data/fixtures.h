#ifndef CONSILIUM_TESTS_SERVER_DATA_FIXTURES_H_
#define CONSILIUM_TESTS_SERVER_DATA_FIXTURES_H_

#include <string_view>

#include "gtest/gtest.h"
#include "server/data/mapping.h"
#include "server/data/schema.h"

namespace consilium::data {

// Three features and one outcome, one of each kind.
inline constexpr std::string_view kSmallSchema = R"(
schema = "small"
version = 2

[[groups]]
key = "first"
[[groups]]
key = "second"
label = "Second group"

[[features]]
key = "pressure"
label = "Blood pressure"
group = "second"
kind = "continuous"
unit = "mm[Hg]"
unit_label = "mmHg"
range = { min = 60, max = 260 }
code = { system = "LOINC", code = "8480-6" }

[[features]]
key = "sex"
group = "first"
kind = "categorical"
categories = [ { value = "female", label = "Woman" }, { value = "male", label = "Man" } ]

[[features]]
key = "grade"
group = "first"
kind = "categorical"
categories = [ { value = "1" }, { value = "2" }, { value = "3" } ]

[[outcomes]]
key = "ill"
label = "Illness"
classes = [ { value = "no" }, { value = "yes" } ]
)";

inline constexpr std::string_view kSmallMapping = R"(
schema = "small"
patient_id = "id"
[features]
pressure = { column = "bp", missing = ["0"] }
sex = { column = "gender", values = { 0 = "female", 1 = "male" } }
grade = "grade"
[outcomes]
ill = { column = "num", positive = "> 0" }
)";

inline Schema SmallSchema() {
  StatusOr<Schema> schema = ParseSchema(kSmallSchema, "small.toml");
  EXPECT_TRUE(schema.ok()) << schema.status();
  return std::move(schema).value();
}

inline Mapping SmallMapping() {
  StatusOr<Mapping> mapping = ParseMapping(kSmallMapping, "site.toml", SmallSchema());
  EXPECT_TRUE(mapping.ok()) << mapping.status();
  return std::move(mapping).value();
}

}  // namespace consilium::data

#endif  // CONSILIUM_TESTS_SERVER_DATA_FIXTURES_H_
