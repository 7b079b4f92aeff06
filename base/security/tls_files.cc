#include "base/security/tls_files.h"

#include "base/security/key.h"
#include "base/security/verify.h"
#include "base/security/x509.h"

namespace consilium::security {
namespace {

Status CheckGiven(const TlsFiles& files) {
  const auto missing = [](std::string_view what) {
    return InvalidArgument("no {} file given: certificate, key and authority are all needed", what);
  };
  if (files.certificate.empty()) return missing("certificate");
  if (files.key.empty()) return missing("key");
  if (files.authority.empty()) return missing("authority");
  return OkStatus();
}

Status CheckKey(const TlsFiles& files, const Certificate& certificate) {
  ASSIGN_OR_RETURN(const Secret pem, ReadKeyFile(files.key));
  const StatusOr<KeyHandle> key = ParseKey(pem);
  if (!key.ok()) return Annotate(key.status(), files.key);
  ASSIGN_OR_RETURN(const CertificateHandle x509, ParseX509(certificate.pem));
  if (EVP_PKEY_eq(X509_get0_pubkey(x509.get()), key->get()) != 1) {
    return InvalidArgument(
        "{}: does not belong to the certificate {}: use the key made with its signing request",
        files.key, files.certificate);
  }
  return OkStatus();
}

}  // namespace

StatusOr<OwnCertificate> CheckTlsFiles(const TlsFiles& files, Time now) {
  RETURN_IF_ERROR(CheckGiven(files));
  OwnCertificate own;
  ASSIGN_OR_RETURN(own.certificate, ReadCertificate(files.certificate));
  ASSIGN_OR_RETURN(own.authority, ReadCertificate(files.authority));
  RETURN_IF_ERROR(CheckKey(files, own.certificate));
  if (!own.authority.is_authority) {
    return InvalidArgument("{}: not an authority's certificate", files.authority);
  }
  const Status chain = VerifyChain(own.certificate, own.authority, now);
  if (!chain.ok()) return Annotate(chain, files.certificate);
  const Status named = VerifyIdentity(own.certificate, {});
  if (!named.ok()) return Annotate(named, files.certificate);
  own.identity = *own.certificate.identity;
  return own;
}

}  // namespace consilium::security
