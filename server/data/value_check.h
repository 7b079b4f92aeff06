#ifndef CONSILIUM_SERVER_DATA_VALUE_CHECK_H_
#define CONSILIUM_SERVER_DATA_VALUE_CHECK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "server/data/schema.h"

// Is a value fit for the modules? The same answer for a cell of a cohort and for an answer in a
// consultation.
namespace consilium::data {

// Why a value, or what else is asked for in a consultation, is not taken. The numbers are those of
// the protocol: never renumber.
enum class RefusalReason : uint8_t {
  kUnknownFeature = 1,
  kNotANumber = 2,  // no number where one is needed, or NaN, or infinite
  kOutOfRange = 3,
  kUnknownCategory = 4,
  kWrongUnit = 5,
  kAlreadyAnswered = 6,    // this and the next three: in a consultation only
  kNotAnswered = 7,        // so there is nothing to change or take back
  kFeatureNotInModel = 8,  // no site had patients to learn it from
  kNoAction = 9,
  kWrongLength = 10,  // one number too many or too few, or none where there must be some
  kNoImage = 11,      // not readable, or of another size
};

std::string_view Name(RefusalReason reason);  // "unknown feature"

struct Refusal {
  RefusalReason reason = RefusalReason::kUnknownFeature;
  std::string message;  // names the feature and what is accepted; may repeat the value
};

// The value in the schema's unit, or the index of the category; or why there is none.
using CheckedValue = std::variant<double, Refusal>;

// For vectors, series and images see payload_check.h; here they are refused.
// `unit` is empty, or must be the feature's unit or its label. A categorical feature has no unit.
CheckedValue CheckValue(const Feature& feature, std::string_view text, std::string_view unit = {});

// For a categorical feature the number must equal a category's value.
CheckedValue CheckValue(const Feature& feature, double value, std::string_view unit = {});

// The same by the feature's key; refuses an unknown one and names the nearest.
CheckedValue CheckValue(const Schema& schema, std::string_view key, std::string_view text,
                        std::string_view unit = {});

// A value that is accepted, as people read it: "145 mmHg", "Non-anginal pain"; of a vector, series
// or image how much there is of it: "12 measurements".
std::string Readable(const Feature& feature, double value);

// A value that is accepted, as CheckValue reads it again: "145", "non-anginal". Requires a
// continuous or categorical feature.
std::string Canonical(const Feature& feature, double value);

// The rule a value must meet, as people read it: "80 to 220 mmHg", "one of: female, male".
std::string Accepted(const Feature& feature);

// The rule a component must meet: "120 to 160 mmol/L".
std::string Accepted(const Feature& feature, int component);

// Decimal number with nothing around it but spaces; nullopt for anything else. "nan" and "inf" are
// read as such.
std::optional<double> ParseNumber(std::string_view text);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_VALUE_CHECK_H_
