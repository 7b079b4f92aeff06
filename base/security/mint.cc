#include "base/security/mint.h"

#include <openssl/bn.h>
#include <openssl/rand.h>

#include <array>
#include <ctime>

#include "base/security/alternative_names.h"
#include "base/security/subject.h"

namespace consilium::security {
namespace {

bool SetRandomSerial(X509& certificate) {
  std::array<uint8_t, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  bytes[0] = static_cast<uint8_t>((bytes[0] & 0x3f) | 0x40);  // positive, and always 16 bytes long
  const std::unique_ptr<BIGNUM, FreeWith<BN_free>> number(
      BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr;
}

bool SetLifetime(X509& certificate, const Lifetime& lifetime) {
  const auto seconds = [](Time time) {
    return static_cast<std::time_t>(
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
  };
  return ASN1_TIME_set(X509_getm_notBefore(&certificate), seconds(lifetime.from)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(&certificate), seconds(lifetime.to)) != nullptr;
}

bool AddExtension(X509& certificate, X509& issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  const ExtensionHandle extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
  return extension && X509_add_ext(&certificate, extension.get(), -1) == 1;
}

const char* PurposeOf(Role role) {
  switch (role) {
    case Role::kNode:
      return "serverAuth,clientAuth";
    case Role::kCoordinator:
      return "serverAuth";
    default:
      return "clientAuth";
  }
}

// Two authorities of one federation differ in name, so that messages can tell them apart.
std::string AuthorityName(const EVP_PKEY& key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(&key, &der);
  const Digest digest =
      Sha256(std::span<const uint8_t>(der, static_cast<size_t>(size > 0 ? size : 0)));
  OPENSSL_free(der);
  return "consilium authority " + ToHex(digest).substr(0, 8);
}

}  // namespace

StatusOr<CertificateHandle> MintAuthority(EVP_PKEY& key, const std::string& federation,
                                          const Lifetime& lifetime) {
  CertificateHandle certificate(X509_new());
  X509* x509 = certificate.get();
  if (!x509 || X509_set_version(x509, X509_VERSION_3) != 1 || !SetRandomSerial(*x509) ||
      !SetLifetime(*x509, lifetime) || X509_set_pubkey(x509, &key) != 1 ||
      !AddToSubject(X509_get_subject_name(x509), "O", federation) ||
      !AddToSubject(X509_get_subject_name(x509), "CN", AuthorityName(key)) ||
      X509_set_issuer_name(x509, X509_get_subject_name(x509)) != 1 ||
      !AddExtension(*x509, *x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !AddExtension(*x509, *x509, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !AddExtension(*x509, *x509, NID_subject_key_identifier, "hash") ||
      X509_sign(x509, &key, EVP_sha256()) <= 0) {
    return LibraryError("making the authority's certificate");
  }
  return certificate;
}

StatusOr<CertificateHandle> MintLeaf(EVP_PKEY& holder, const Identity& identity,
                                     const HostNames& hosts, const Lifetime& lifetime,
                                     X509& authority, EVP_PKEY& authority_key) {
  ASSIGN_OR_RETURN(const ExtensionHandle names, MakeAlternativeNames(identity, hosts));
  CertificateHandle certificate(X509_new());
  X509* x509 = certificate.get();
  if (!x509 || X509_set_version(x509, X509_VERSION_3) != 1 || !SetRandomSerial(*x509) ||
      !SetLifetime(*x509, lifetime) || X509_set_pubkey(x509, &holder) != 1 ||
      !SetSubject(X509_get_subject_name(x509), identity) ||
      X509_set_issuer_name(x509, X509_get_subject_name(&authority)) != 1 ||
      X509_add_ext(x509, names.get(), -1) != 1 ||
      !AddExtension(*x509, authority, NID_basic_constraints, "critical,CA:FALSE") ||
      !AddExtension(*x509, authority, NID_key_usage, "critical,digitalSignature") ||
      !AddExtension(*x509, authority, NID_ext_key_usage, PurposeOf(identity.role)) ||
      !AddExtension(*x509, authority, NID_subject_key_identifier, "hash") ||
      !AddExtension(*x509, authority, NID_authority_key_identifier, "keyid:always") ||
      X509_sign(x509, &authority_key, EVP_sha256()) <= 0) {
    return LibraryError("signing a certificate");
  }
  return certificate;
}

}  // namespace consilium::security
