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

enum class Existing { kReplace, kRefuse };

struct WriteOptions {
  unsigned mode = 0644;
  Existing existing = Existing::kReplace;  // kRefuse: AlreadyExists if `path` exists
};

// Writes a temporary file beside `path`, flushes it to the disk, then renames it: a reader sees the
// old bytes or the new, no mixture, also after a crash.
Status WriteFile(const std::string& path, std::string_view bytes, const WriteOptions& options = {});

// With its parents; fine if it exists. New directories get `mode`.
Status MakeDirectory(const std::string& path, unsigned mode = 0755);

bool FileExists(const std::string& path);

}  // namespace consilium

#endif  // CONSILIUM_BASE_FILE_H_
