#include "server/storage/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace consilium::storage {
namespace {

std::string Holder(int descriptor) {
  char text[32] = {};
  const ssize_t size = pread(descriptor, text, sizeof(text) - 1, 0);
  if (size <= 0) return "another process";
  return "process " + std::string(text, static_cast<size_t>(size));
}

// For people only: the lock holds whether or not this was written.
void WriteOwnProcess(int descriptor) {
  const std::string text = std::to_string(getpid());
  if (ftruncate(descriptor, 0) != 0) return;
  if (pwrite(descriptor, text.data(), text.size(), 0) < 0) return;
}

}  // namespace

StatusOr<FolderLock> FolderLock::Take(const std::string& folder) {
  const std::string path = folder + "/lock";
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return PermissionDenied(
        "{}: cannot be opened ({}); the folder must exist and belong to the user the daemon runs "
        "as",
        path, std::strerror(errno));
  }
  FolderLock lock(descriptor);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return FailedPrecondition(
        "{} is in use by {}; stop that daemon, or give this one a folder of its own", folder,
        Holder(descriptor));
  }
  WriteOwnProcess(descriptor);
  return lock;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace consilium::storage
