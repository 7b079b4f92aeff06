#include "base/security/handles.h"

#include <openssl/err.h>

#include <array>

namespace consilium::security {

std::string LibraryErrorText() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "no reason given";
  std::array<char, 256> text{};
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

Status LibraryError(std::string_view doing) {
  return Internal("OpenSSL failed at {}: {}", doing, LibraryErrorText());
}

BioHandle ReadingBio(std::string_view text) {
  return BioHandle(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string Written(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return std::string(bytes, static_cast<size_t>(size > 0 ? size : 0));
}

}  // namespace consilium::security
