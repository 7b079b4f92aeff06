#ifndef CONSILIUM_SERVER_STORAGE_FOLDER_LOCK_H_
#define CONSILIUM_SERVER_STORAGE_FOLDER_LOCK_H_

#include <string>
#include <utility>

#include "base/status.h"

namespace consilium::storage {

// Keeps a folder to one process. Held until destruction; the kernel lets go of it when the process
// dies, however it dies.
class FolderLock {
 public:
  // Locks the file "lock" in `folder`, which must exist. FailedPrecondition names the process that
  // holds it.
  static StatusOr<FolderLock> Take(const std::string& folder);

  FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FolderLock& operator=(FolderLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace consilium::storage

#endif  // CONSILIUM_SERVER_STORAGE_FOLDER_LOCK_H_
