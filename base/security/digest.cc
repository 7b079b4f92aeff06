#include "base/security/digest.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "base/bytes.h"
#include "base/security/handles.h"

namespace consilium::security {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

Digest Sha256(std::span<const uint8_t> bytes) {
  Digest digest;
  SHA256(bytes.data(), bytes.size(), digest.data());
  return digest;
}

Digest Sha256(std::string_view bytes) {
  return Sha256(std::span(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
}

std::string ToHex(const Digest& digest) {
  return Hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

StatusOr<Digest> ParseDigest(std::string_view hex) {
  Digest digest;
  bool valid = hex.size() == 2 * digest.size();
  for (size_t i = 0; valid && i < digest.size(); ++i) {
    const int high = HexDigit(hex[2 * i]);
    const int low = HexDigit(hex[2 * i + 1]);
    valid = high >= 0 && low >= 0;
    if (valid) digest[i] = static_cast<uint8_t>(16 * high + low);
  }
  if (!valid) {
    return InvalidArgument("SHA-256 digest: got {} characters, expected 64 of 0-9 and a-f",
                           hex.size());
  }
  return digest;
}

StatusOr<Digest> Sha256OfFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return NotFound("{}: cannot be opened: {}", path, std::strerror(errno));
  const DigestContext context(EVP_MD_CTX_new());
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) {
    return LibraryError("starting SHA-256");
  }
  std::vector<char> piece(size_t{1} << 16);
  while (file) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    EVP_DigestUpdate(context.get(), piece.data(), static_cast<size_t>(file.gcount()));
  }
  if (file.bad()) return DataLoss("{}: cannot be read to its end", path);
  Digest digest;
  EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
  return digest;
}

}  // namespace consilium::security
