#include "base/security/secret.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

namespace consilium::security {

void Wipe(std::span<uint8_t> bytes) {
  if (!bytes.empty()) OPENSSL_cleanse(bytes.data(), bytes.size());
}

void Wipe(std::string& text) {
  if (!text.empty()) OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

Secret::Secret(std::span<const uint8_t> bytes)
    : bytes_(std::make_unique<uint8_t[]>(bytes.size())), size_(bytes.size()) {
  std::copy(bytes.begin(), bytes.end(), bytes_.get());
}

Secret Secret::Taking(std::string& text) {
  Secret secret(std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
  consilium::security::Wipe(text);
  return secret;
}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    Wipe();
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

Secret::~Secret() { Wipe(); }

void Secret::Wipe() {
  if (bytes_) consilium::security::Wipe(std::span(bytes_.get(), size_));
}

bool Secret::operator==(const Secret& other) const {
  return size_ == other.size_ &&
         (size_ == 0 || CRYPTO_memcmp(bytes_.get(), other.bytes_.get(), size_) == 0);
}

}  // namespace consilium::security
