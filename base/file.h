#ifndef CONSILIUM_BASE_FILE_H_
#define CONSILIUM_BASE_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "base/status.h"

namespace consilium {

// The whole file. NotFound if it does not exist, PermissionDenied if it may not be read,
// ResourceExhausted if it is longer than `max_bytes`, InvalidArgument if it is a directory.
StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes = size_t{1} << 30);

// Writes a file beside `path`, then renames it: a reader sees the old bytes or the new, no mixture.
Status WriteFile(const std::string& path, std::string_view bytes);

}  // namespace consilium

#endif  // CONSILIUM_BASE_FILE_H_
