#include "base/security/key.h"

#include <fcntl.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace consilium::security {
namespace {

constexpr mode_t kForbiddenRights = 0037;
constexpr off_t kLargestKeyFile = 1 << 16;

}  // namespace

StatusOr<KeyHandle> NewKey() {
  KeyHandle key(EVP_EC_gen("P-256"));
  if (!key) return LibraryError("making a key");
  return key;
}

StatusOr<Secret> WriteKey(const EVP_PKEY& key) {
  // A secure memory BIO wipes its buffer when freed.
  const BioHandle bio(BIO_new(BIO_s_secmem()));
  if (!bio ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return LibraryError("writing a key");
  }
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return Secret(std::span(reinterpret_cast<const uint8_t*>(bytes), static_cast<size_t>(size)));
}

StatusOr<KeyHandle> ParseKey(const Secret& pem) {
  const BioHandle bio = ReadingBio(pem.RevealText());
  // Never asks for a password at a terminal.
  const auto no_password = [](char*, int, int, void*) { return 0; };
  KeyHandle key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  if (!key) {
    return InvalidArgument("not a private key in PEM without a password: {}", LibraryErrorText());
  }
  return key;
}

StatusOr<Secret> ReadKeyFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    if (errno == ENOENT) return NotFound("{}: no such file", path);
    return PermissionDenied("{}: cannot be opened: {}", path, std::strerror(errno));
  }
  struct stat facts {};
  std::string text;
  Status status;
  if (fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_size > kLargestKeyFile) {
    status = InvalidArgument("{}: expected a key file", path);
  } else if ((facts.st_mode & kForbiddenRights) != 0) {
    status = FailedPrecondition("{}: mode {:04o} lets others read the key: chmod 600 {}", path,
                                facts.st_mode & 07777u, path);
  } else {
    text.resize(static_cast<size_t>(facts.st_size));  // at once, so that no copy is left behind
    if (read(file, text.data(), text.size()) != facts.st_size) {
      status = DataLoss("{}: cannot be read: {}", path, std::strerror(errno));
    }
  }
  close(file);
  Secret secret = Secret::Taking(text);
  if (!status.ok()) return status;
  return secret;
}

Status CheckKeyKind(EVP_PKEY& key) {
  std::array<char, 64> group{};
  size_t size = 0;
  if (EVP_PKEY_get_base_id(&key) == EVP_PKEY_EC &&
      EVP_PKEY_get_group_name(&key, group.data(), group.size(), &size) == 1) {
    const std::string_view name(group.data(), size);
    if (name == "prime256v1" || name == "secp384r1") return OkStatus();
    return InvalidArgument("key on the curve {}: expected ECDSA P-256 or P-384", name);
  }
  return InvalidArgument("key of the kind {}: expected ECDSA P-256 or P-384",
                         EVP_PKEY_get0_type_name(&key) ? EVP_PKEY_get0_type_name(&key) : "unknown");
}

}  // namespace consilium::security
