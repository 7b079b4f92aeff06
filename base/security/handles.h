#ifndef CONSILIUM_BASE_SECURITY_HANDLES_H_
#define CONSILIUM_BASE_SECURITY_HANDLES_H_

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"

// OpenSSL's objects as unique_ptr from birth. For the .cc files of base/security and base/wire.
namespace consilium::security {

template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

using BioHandle = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using CertificateHandle = std::unique_ptr<X509, FreeWith<X509_free>>;
using RequestHandle = std::unique_ptr<X509_REQ, FreeWith<X509_REQ_free>>;
using NamesHandle = std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>>;
using ExtensionHandle = std::unique_ptr<X509_EXTENSION, FreeWith<X509_EXTENSION_free>>;

// The text of OpenSSL's oldest queued error; empties the queue.
std::string LibraryErrorText();
Status LibraryError(std::string_view doing);

// A read-only memory BIO over `text`, which must outlive it.
BioHandle ReadingBio(std::string_view text);
// What was written to a memory BIO.
std::string Written(BIO* bio);

}  // namespace consilium::security

#endif  // CONSILIUM_BASE_SECURITY_HANDLES_H_
