#ifndef CONSILIUM_BASE_DESCRIBE_FIELDS_H_
#define CONSILIUM_BASE_DESCRIBE_FIELDS_H_

#include <functional>
#include <string>

#include "base/fields.h"

namespace consilium {

// The declared keys as a TOML file that says what is so without it: each key with its field's
// value, and in a comment what it means, its words and its range. A key that has only an example
// stands in a comment itself. Lines are at most 128 characters where words allow, and tables are
// kept apart by an empty line.
std::string DescribeFields(const std::function<void(Fields& fields)>& declare);

}  // namespace consilium

#endif  // CONSILIUM_BASE_DESCRIBE_FIELDS_H_
