#ifndef CONSILIUM_BASE_SECURITY_DIGEST_H_
#define CONSILIUM_BASE_SECURITY_DIGEST_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

namespace consilium::security {

// A SHA-256 digest.
using Digest = std::array<uint8_t, 32>;

Digest Sha256(std::string_view bytes);
Digest Sha256(std::span<const uint8_t> bytes);

// 64 lower-case hexadecimal digits, and back.
std::string ToHex(const Digest& digest);
StatusOr<Digest> ParseDigest(std::string_view hex);

// Of a file's contents, read in pieces.
StatusOr<Digest> Sha256OfFile(const std::string& path);

}  // namespace consilium::security

#endif  // CONSILIUM_BASE_SECURITY_DIGEST_H_
