#ifndef CONSILIUM_SERVER_DATA_FURTHER_COLUMN_H_
#define CONSILIUM_SERVER_DATA_FURTHER_COLUMN_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "server/data/cohort.h"
#include "server/data/mapping.h"

namespace consilium::data {

// The cells, trimmed, of a column that is neither feature nor outcome: one for each row of
// `cohort`, which was read from the same text by the same mapping. Fails if no column of the header
// has that name. Requires a header and cohort.lines.
StatusOr<std::vector<std::string>> ReadFurtherColumn(std::string_view text, const Mapping& mapping,
                                                     const std::string& column,
                                                     const Cohort& cohort,
                                                     std::string_view source_name);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_FURTHER_COLUMN_H_
