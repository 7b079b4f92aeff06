#ifndef CONSILIUM_TESTS_SERVER_DATA_MODALITIES_H_
#define CONSILIUM_TESTS_SERVER_DATA_MODALITIES_H_

#include <string_view>

#include "gtest/gtest.h"
#include "server/data/schema.h"

namespace consilium::data {

// A feature of each kind, an outcome of each kind.
inline constexpr std::string_view kModalitiesSchema = R"(
schema = "modalities"
version = 3

[[features]]
key = "age"
kind = "continuous"
unit = "a"
range = { min = 0, max = 100 }

[[features]]
key = "sex"
kind = "categorical"
categories = [ { value = "female" }, { value = "male" } ]

[[features]]
key = "labs"
kind = "vector"
unit = "mmol/L"
range = { min = 0, max = 200 }
components = [
  { key = "sodium", label = "Sodium", range = { min = 100, max = 180 } },
  { key = "lactate" },
  { key = "ph", unit = "1", range = { min = 6, max = 8 } },
]
encoder = { hidden = [16, 8], state_first = true }

[[features]]
key = "vitals"
kind = "series"
width = 2
unit = "/min"
range = { min = 0, max = 300 }
longest = 4
encoder = { kind = "lstm", hidden = [12], residual = false }

[[features]]
key = "scan"
kind = "image"
width = 4
height = 3

[[outcomes]]
key = "ill"
classes = [ { value = "no" }, { value = "yes" } ]
decoder_hidden = 5

[[outcomes]]
key = "stay"
kind = "continuous"
unit = "d"
unit_label = "days"
range = { min = 0, max = 40 }
)";

inline Schema ModalitiesSchema() {
  StatusOr<Schema> schema = ParseSchema(kModalitiesSchema, "modalities.toml");
  EXPECT_TRUE(schema.ok()) << schema.status();
  return std::move(schema).value();
}

}  // namespace consilium::data

#endif  // CONSILIUM_TESTS_SERVER_DATA_MODALITIES_H_
