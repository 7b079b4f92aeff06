#include "base/security/request.h"

#include <openssl/pem.h>

#include "base/file.h"
#include "base/security/alternative_names.h"
#include "base/security/key.h"
#include "base/security/subject.h"
#include "base/security/x509.h"

namespace consilium::security {
namespace {

using ExtensionStack =
    std::unique_ptr<STACK_OF(X509_EXTENSION), decltype([](STACK_OF(X509_EXTENSION) * stack) {
                      sk_X509_EXTENSION_pop_free(stack, X509_EXTENSION_free);
                    })>;

StatusOr<std::string> SignedRequest(const Identity& identity, const HostNames& hosts,
                                    EVP_PKEY& key) {
  RETURN_IF_ERROR(CheckIdentity(identity));
  RETURN_IF_ERROR(CheckHosts(identity.role, hosts));
  RETURN_IF_ERROR(CheckKeyKind(key));
  ASSIGN_OR_RETURN(ExtensionHandle names, MakeAlternativeNames(identity, hosts));
  const ExtensionStack extensions(sk_X509_EXTENSION_new_null());
  const RequestHandle request(X509_REQ_new());
  const BioHandle pem(BIO_new(BIO_s_mem()));
  if (!extensions || !request || !pem ||
      sk_X509_EXTENSION_push(extensions.get(), names.release()) <= 0 ||
      !SetSubject(X509_REQ_get_subject_name(request.get()), identity) ||
      X509_REQ_add_extensions(request.get(), extensions.get()) != 1 ||
      X509_REQ_set_pubkey(request.get(), &key) != 1 ||
      X509_REQ_sign(request.get(), &key, EVP_sha256()) <= 0 ||
      PEM_write_bio_X509_REQ(pem.get(), request.get()) != 1) {
    return LibraryError("making a signing request");
  }
  return Written(pem.get());
}

StatusOr<Secret> NewKeyFile(const RequestFiles& files) {
  ASSIGN_OR_RETURN(const KeyHandle key, NewKey());
  ASSIGN_OR_RETURN(Secret pem, WriteKey(*key));
  const Existing existing = files.new_key ? Existing::kReplace : Existing::kRefuse;
  RETURN_IF_ERROR(WriteFile(files.key, pem.RevealText(), {.mode = 0600, .existing = existing}));
  return pem;
}

}  // namespace

StatusOr<KeyAndRequest> MakeRequest(const Identity& identity, const HostNames& hosts) {
  ASSIGN_OR_RETURN(const KeyHandle key, NewKey());
  KeyAndRequest made;
  ASSIGN_OR_RETURN(made.request, SignedRequest(identity, hosts, *key));
  ASSIGN_OR_RETURN(made.key, WriteKey(*key));
  return made;
}

StatusOr<std::string> MakeRequest(const Identity& identity, const HostNames& hosts,
                                  const Secret& key) {
  ASSIGN_OR_RETURN(const KeyHandle parsed, ParseKey(key));
  return SignedRequest(identity, hosts, *parsed);
}

StatusOr<RequestHandle> ParseX509Request(std::string_view pem) {
  const BioHandle bio = ReadingBio(pem);
  RequestHandle request(PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr));
  if (!request) return InvalidArgument("not a signing request in PEM: {}", LibraryErrorText());
  EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
  if (key == nullptr || X509_REQ_verify(request.get(), key) != 1) {
    LibraryErrorText();
    return InvalidArgument("the signing request is not signed by the key in it");
  }
  RETURN_IF_ERROR(CheckKeyKind(*key));
  return request;
}

StatusOr<SigningRequest> ParseRequest(std::string_view pem) {
  ASSIGN_OR_RETURN(const RequestHandle request, ParseX509Request(pem));
  const ExtensionStack extensions(X509_REQ_get_extensions(request.get()));
  const NamesHandle names(static_cast<GENERAL_NAMES*>(
      X509V3_get_d2i(extensions.get(), NID_subject_alt_name, nullptr, nullptr)));
  const AlternativeNames alternative = ParseAlternativeNames(names.get());
  ASSIGN_OR_RETURN(const std::optional<Identity> identity, IdentityAmong(alternative.uris));
  if (!identity) {
    return InvalidArgument(
        "the signing request wishes no identity: make it with consilium pki request");
  }
  return SigningRequest{std::string(pem), *identity, alternative.hosts};
}

Status WriteRequest(const RequestFiles& files, const Identity& identity, const HostNames& hosts) {
  RETURN_IF_ERROR(CheckIdentity(identity));
  RETURN_IF_ERROR(CheckHosts(identity.role, hosts));
  const bool again = FileExists(files.key) && !files.new_key;
  ASSIGN_OR_RETURN(const Secret key, again ? ReadKeyFile(files.key) : NewKeyFile(files));
  const StatusOr<std::string> request = MakeRequest(identity, hosts, key);
  if (!request.ok()) return Annotate(request.status(), files.key);
  return WriteFile(files.request, *request);
}

}  // namespace consilium::security
