#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace consilium {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Status ErrnoStatus(const std::string& path, std::string_view verb, int error) {
  const std::string reason = std::strerror(error);
  if (error == ENOENT) return NotFound("{}: cannot {}: {}", path, verb, reason);
  if (error == EACCES || error == EPERM) {
    return PermissionDenied("{}: cannot {}: {}", path, verb, reason);
  }
  if (error == EISDIR) return InvalidArgument("{}: cannot {}: {}", path, verb, reason);
  if (error == ENOSPC || error == EDQUOT) {
    return ResourceExhausted("{}: cannot {}: {}", path, verb, reason);
  }
  return Unavailable("{}: cannot {}: {}", path, verb, reason);
}

Status WriteAll(int fd, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoStatus(path, "write", errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (fsync(fd) != 0) return ErrnoStatus(path, "write", errno);
  return OkStatus();
}

}  // namespace

StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return ErrnoStatus(path, "read", errno);
  std::string bytes;
  char buffer[1 << 16];
  while (true) {
    const ssize_t got = read(file.get(), buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoStatus(path, "read", errno);
    if (got == 0) return bytes;
    if (bytes.size() + static_cast<size_t>(got) > max_bytes) {
      return ResourceExhausted("{}: more than the {} bytes expected at most", path, max_bytes);
    }
    bytes.append(buffer, static_cast<size_t>(got));
  }
}

Status WriteFile(const std::string& path, std::string_view bytes) {
  const std::string beside = path + ".new";
  {
    const Descriptor file(open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (file.get() < 0) return ErrnoStatus(beside, "write", errno);
    if (Status written = WriteAll(file.get(), beside, bytes); !written.ok()) {
      unlink(beside.c_str());
      return written;
    }
  }
  if (rename(beside.c_str(), path.c_str()) == 0) return OkStatus();
  const int error = errno;
  unlink(beside.c_str());
  return ErrnoStatus(path, "write", error);
}

}  // namespace consilium
