#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
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

// Gives the file `beside` the name `path`; `beside` is gone afterwards in any case.
Status Name(const std::string& beside, const std::string& path, Existing existing) {
  const bool replace = existing == Existing::kReplace;
  // rename() replaces what has the name, link() refuses.
  const int failed =
      replace ? rename(beside.c_str(), path.c_str()) : link(beside.c_str(), path.c_str());
  const int error = errno;
  if (failed != 0 || !replace) unlink(beside.c_str());
  if (failed == 0) return OkStatus();
  if (error == EEXIST) return AlreadyExists("{}: exists already and is not replaced", path);
  return ErrnoStatus(path, "write", error);
}

void SyncDirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const Descriptor file(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.get() >= 0) fsync(file.get());
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

Status WriteFile(const std::string& path, std::string_view bytes, const WriteOptions& options) {
  std::string beside = path + ".XXXXXX";
  {
    const Descriptor file(mkostemp(beside.data(), O_CLOEXEC));
    if (file.get() < 0) return ErrnoStatus(path, "write", errno);
    const Status written = fchmod(file.get(), options.mode) == 0
                               ? WriteAll(file.get(), path, bytes)
                               : ErrnoStatus(path, "set the mode of", errno);
    if (!written.ok()) {
      unlink(beside.c_str());
      return written;
    }
  }
  const Status named = Name(beside, path, options.existing);
  SyncDirectoryOf(path);
  return named;
}

Status MakeDirectory(const std::string& path, unsigned mode) {
  size_t end = 0;
  do {
    end = path.find('/', end + 1);
    const std::string prefix = path.substr(0, end);
    if (mkdir(prefix.c_str(), mode) != 0 && errno != EEXIST) {
      return ErrnoStatus(prefix, "make the directory", errno);
    }
  } while (end != std::string::npos);
  struct stat facts {};
  if (stat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode)) return OkStatus();
  return AlreadyExists("{}: is a file, expected a directory", path);
}

bool FileExists(const std::string& path) {
  struct stat facts {};
  return stat(path.c_str(), &facts) == 0;
}

}  // namespace consilium
