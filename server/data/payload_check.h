#ifndef CONSILIUM_SERVER_DATA_PAYLOAD_CHECK_H_
#define CONSILIUM_SERVER_DATA_PAYLOAD_CHECK_H_

#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "server/data/feature.h"
#include "server/data/value_check.h"

// Is a vector, a series or an image fit for the modules? The same answer for a site's files and for
// a consultation. Refusals name the feature and the place within it, never a value of the payload.
namespace consilium::data {

// The numbers, vector after vector, as Cohort::payloads has them; or why there are none.
using CheckedPayload = std::variant<std::vector<float>, Refusal>;

// A vector is one row; a series one or more, the earliest first, of which the latest
// Feature::longest count; an image `height` rows of grey values from 0 to 1. `unit` is empty, or
// must be the feature's unit or its label. Requires a feature with a payload.
CheckedPayload CheckRows(const Feature& feature, std::span<const std::vector<double>> rows,
                         std::string_view unit = {});

// The bytes of a PGM or PNG. Refused if the feature is no image.
CheckedPayload CheckImage(const Feature& feature, std::string_view bytes);

// Why a number cannot be the component, if so.
std::optional<RefusalReason> CheckComponent(const Feature& feature, int component, double value);

// How many vectors a payload is: 1 of a vector or an image.
int VectorsIn(const Feature& feature, std::span<const float> payload);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_PAYLOAD_CHECK_H_
