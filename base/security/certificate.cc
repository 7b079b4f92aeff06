#include "base/security/certificate.h"

#include <openssl/bn.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cctype>
#include <ctime>
#include <memory>

#include "base/file.h"
#include "base/security/alternative_names.h"
#include "base/security/handles.h"
#include "base/security/x509.h"
#include "fmt/format.h"

namespace consilium::security {
namespace {

constexpr size_t kLargestCertificate = size_t{1} << 20;

std::string NameText(const X509_NAME* name) {
  const BioHandle bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_ONELINE);
  return Written(bio.get());
}

std::string OrganisationOf(X509_NAME* name) {
  const int index = X509_NAME_get_index_by_NID(name, NID_organizationName, -1);
  if (index < 0) return "";
  const ASN1_STRING* text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index));
  return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                     static_cast<size_t>(ASN1_STRING_length(text)));
}

std::string SerialText(const X509& certificate) {
  const std::unique_ptr<BIGNUM, FreeWith<BN_free>> number(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(&certificate), nullptr));
  char* digits = number ? BN_bn2hex(number.get()) : nullptr;
  std::string text = digits != nullptr ? digits : "";
  OPENSSL_free(digits);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

Time ToTime(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return Time{};
  return Time(std::chrono::seconds(timegm(&parts)));
}

Digest FingerprintOf(const X509& certificate) {
  Digest digest{};
  unsigned size = static_cast<unsigned>(digest.size());
  X509_digest(&certificate, EVP_sha256(), digest.data(), &size);
  return digest;
}

}  // namespace

StatusOr<CertificateHandle> ParseX509(std::string_view pem) {
  const BioHandle bio = ReadingBio(pem);
  CertificateHandle certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!certificate) return InvalidArgument("not a certificate in PEM: {}", LibraryErrorText());
  return certificate;
}

StatusOr<Certificate> ToCertificate(X509& x509) {
  const NamesHandle names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&x509, NID_subject_alt_name, nullptr, nullptr)));
  const AlternativeNames alternative = ParseAlternativeNames(names.get());
  const BioHandle pem(BIO_new(BIO_s_mem()));
  if (!pem || PEM_write_bio_X509(pem.get(), &x509) != 1) return LibraryError("writing PEM");

  Certificate certificate;
  ASSIGN_OR_RETURN(certificate.identity, IdentityAmong(alternative.uris));
  certificate.pem = Written(pem.get());
  certificate.serial = SerialText(x509);
  certificate.subject = NameText(X509_get_subject_name(&x509));
  certificate.issuer = NameText(X509_get_issuer_name(&x509));
  certificate.federation = OrganisationOf(X509_get_subject_name(&x509));
  certificate.hosts = alternative.hosts;
  certificate.not_before = ToTime(X509_get0_notBefore(&x509));
  certificate.not_after = ToTime(X509_get0_notAfter(&x509));
  certificate.is_authority = X509_check_ca(&x509) == 1;
  const uint32_t usage = X509_get_extended_key_usage(&x509);
  certificate.may_serve = usage != UINT32_MAX && (usage & XKU_SSL_SERVER) != 0;
  certificate.may_call = usage != UINT32_MAX && (usage & XKU_SSL_CLIENT) != 0;
  certificate.fingerprint = FingerprintOf(x509);
  return certificate;
}

StatusOr<Certificate> ParseCertificate(std::string_view pem) {
  ASSIGN_OR_RETURN(const CertificateHandle x509, ParseX509(pem));
  return ToCertificate(*x509);
}

StatusOr<Certificate> ReadCertificate(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string pem, ReadFile(path, kLargestCertificate));
  StatusOr<Certificate> certificate = ParseCertificate(pem);
  if (!certificate.ok()) return Annotate(certificate.status(), path);
  return certificate;
}

std::string Describe(const HostNames& hosts) {
  std::string text;
  for (const std::string& dns : hosts.dns) text += (text.empty() ? "dns " : ", dns ") + dns;
  for (const std::string& ip : hosts.ip) text += (text.empty() ? "ip " : ", ip ") + ip;
  return text.empty() ? "none" : text;
}

std::string Describe(const Certificate& certificate) {
  std::string purpose = certificate.is_authority ? "signs certificates" : "";
  if (certificate.may_serve) purpose += "serves";
  if (certificate.may_call) purpose += certificate.may_serve ? " and calls" : "calls";
  return fmt::format(
      "identity     {}\nsubject      {}\nissuer       {}\nhost names   {}\npurpose      {}\n"
      "valid        {} to {}\nserial       {}\nfingerprint  {}",
      certificate.identity ? ToUri(*certificate.identity) : "none", certificate.subject,
      certificate.issuer, Describe(certificate.hosts), purpose, FormatTime(certificate.not_before),
      FormatTime(certificate.not_after), certificate.serial, ToHex(certificate.fingerprint));
}

}  // namespace consilium::security
