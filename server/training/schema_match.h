#ifndef CONSILIUM_SERVER_TRAINING_SCHEMA_MATCH_H_
#define CONSILIUM_SERVER_TRAINING_SCHEMA_MATCH_H_

#include <string_view>

#include "base/status.h"
#include "modules/slices.h"
#include "server/data/schema.h"

// Models of different schemas, feature by feature and outcome by outcome.
namespace consilium::training {

// OK if a number means the same to a module of either: kind, unit, range, scale, the values of
// categories in order. Texts for people may differ. `what` names the schemas in messages: "the
// start model and the site".
Status CheckSameMeaning(const data::Feature& a, const data::Feature& b, std::string_view what);
Status CheckSameMeaning(const data::Outcome& a, const data::Outcome& b, std::string_view what);

// Where the sums of a feature stand in StatisticsOf(schema, ...).
Block StatisticsBlock(const data::Schema& schema, int feature);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_SCHEMA_MATCH_H_
