#include "base/security/authority.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/security/alternative_names.h"
#include "base/security/key.h"
#include "base/security/mint.h"
#include "base/security/x509.h"

namespace consilium::security {
namespace {

constexpr Duration kClockSkew = std::chrono::minutes(5);
constexpr Duration kLongestLeaf = 366 * kDay;
constexpr Duration kShortestLeaf = std::chrono::minutes(1);

std::string KeyPath(const std::string& directory) { return directory + "/authority.key"; }
std::string CertificatePath(const std::string& directory) { return directory + "/authority.crt"; }
std::string ListPath(const std::string& directory) { return directory + "/issued.jsonl"; }
std::string IssuedPath(const std::string& directory, const std::string& serial) {
  return directory + "/issued/" + serial + ".crt";
}

// Keeps other processes from signing while it lives.
class DirectoryLock {
 public:
  explicit DirectoryLock(const std::string& directory)
      : file_(open((directory + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)),
        held_(file_ >= 0 && flock(file_, LOCK_EX) == 0) {}
  ~DirectoryLock() {
    if (file_ >= 0) close(file_);
  }
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

  bool held() const { return held_; }

 private:
  int file_;
  bool held_;
};

Status CheckWishes(const SigningRequest& request, const Identity& granted, const HostNames& hosts) {
  if (request.identity != granted) {
    return FailedPrecondition(
        "the request wishes {}, you sign {}: correct one of them, or say that another identity is "
        "meant",
        ToUri(request.identity), ToUri(granted));
  }
  if (request.hosts != hosts) {
    return FailedPrecondition(
        "the request wishes the host names {}, you sign {}: correct one of them, or say that "
        "other host names are meant",
        Describe(request.hosts), Describe(hosts));
  }
  return OkStatus();
}

Status CheckLifetime(Duration lifetime) {
  if (lifetime >= kShortestLeaf && lifetime <= kLongestLeaf) return OkStatus();
  return InvalidArgument("lifetime of {:.4g} days: expected between a minute and {} days",
                         ToSeconds(lifetime) / 86400.0, kLongestLeaf / kDay);
}

StatusOr<std::vector<Issued>> ReadList(const std::string& directory) {
  ASSIGN_OR_RETURN(const std::string lines, ReadFile(ListPath(directory)));
  StatusOr<std::vector<Issued>> list = ParseIssued(lines);
  if (!list.ok()) return Annotate(list.status(), ListPath(directory));
  return list;
}

Issued Record(const Certificate& certificate, const std::vector<Issued>& before, Time now) {
  std::string renews;
  for (const Issued& issued : before) {
    if (issued.identity == *certificate.identity) renews = issued.serial;
  }
  return {.serial = certificate.serial,
          .identity = *certificate.identity,
          .hosts = certificate.hosts,
          .issued_at = FormatTime(now),
          .not_before = FormatTime(certificate.not_before),
          .not_after = FormatTime(certificate.not_after),
          .fingerprint = ToHex(certificate.fingerprint),
          .renews = renews};
}

Status WriteList(const std::string& directory, const std::vector<Issued>& list) {
  std::string lines;
  for (const Issued& issued : list) lines += ToJsonLine(issued) + "\n";
  return WriteFile(ListPath(directory), lines);
}

}  // namespace

StatusOr<Authority> Authority::Create(const std::string& directory, const std::string& federation,
                                      Time now, Duration lifetime) {
  RETURN_IF_ERROR(CheckName("federation", federation));
  if (FileExists(KeyPath(directory)) || FileExists(CertificatePath(directory))) {
    return AlreadyExists("{}: holds an authority already; a second one needs another directory",
                         directory);
  }
  if (lifetime < kDay) return InvalidArgument("an authority must live for a day or more");
  RETURN_IF_ERROR(MakeDirectory(directory, 0700));
  RETURN_IF_ERROR(MakeDirectory(directory + "/issued", 0700));
  ASSIGN_OR_RETURN(const KeyHandle key, NewKey());
  ASSIGN_OR_RETURN(const CertificateHandle x509,
                   MintAuthority(*key, federation, {now - kClockSkew, now + lifetime}));
  ASSIGN_OR_RETURN(Certificate certificate, ToCertificate(*x509));
  ASSIGN_OR_RETURN(Secret pem, WriteKey(*key));
  RETURN_IF_ERROR(WriteFile(KeyPath(directory), pem.RevealText(),
                            {.mode = 0600, .existing = Existing::kRefuse}));
  RETURN_IF_ERROR(WriteList(directory, {}));
  RETURN_IF_ERROR(
      WriteFile(CertificatePath(directory), certificate.pem, {.existing = Existing::kRefuse}));
  return Authority(directory, std::move(pem), std::move(certificate));
}

StatusOr<Authority> Authority::Open(const std::string& directory) {
  if (!FileExists(CertificatePath(directory))) {
    return NotFound("{}: holds no authority: make one with consilium pki init", directory);
  }
  ASSIGN_OR_RETURN(Certificate certificate, ReadCertificate(CertificatePath(directory)));
  ASSIGN_OR_RETURN(Secret pem, ReadKeyFile(KeyPath(directory)));
  const StatusOr<KeyHandle> key = ParseKey(pem);
  if (!key.ok()) return Annotate(key.status(), KeyPath(directory));
  ASSIGN_OR_RETURN(const CertificateHandle x509, ParseX509(certificate.pem));
  if (EVP_PKEY_eq(X509_get0_pubkey(x509.get()), key->get()) != 1) {
    return DataLoss("{}: the authority's key does not belong to its certificate", directory);
  }
  return Authority(directory, std::move(pem), std::move(certificate));
}

StatusOr<Certificate> Authority::Sign(std::string_view request_pem, const Grant& grant, Time now) {
  const Identity identity{federation(), grant.role, grant.name};
  RETURN_IF_ERROR(CheckIdentity(identity));
  RETURN_IF_ERROR(CheckHosts(grant.role, grant.hosts));
  RETURN_IF_ERROR(CheckLifetime(grant.lifetime));
  ASSIGN_OR_RETURN(const SigningRequest request, ParseRequest(request_pem));
  if (!grant.accept_other_wishes) {
    RETURN_IF_ERROR(CheckWishes(request, identity, grant.hosts));
  }
  if (now >= certificate_.not_after) {
    return FailedPrecondition("{}: the authority expired at {}: make a new one", directory_,
                              FormatTime(certificate_.not_after));
  }
  ASSIGN_OR_RETURN(Certificate certificate, Mint(request, identity, grant, now));
  RETURN_IF_ERROR(Enlist(certificate, now));
  return certificate;
}

StatusOr<Certificate> Authority::Mint(const SigningRequest& request, const Identity& identity,
                                      const Grant& grant, Time now) const {
  ASSIGN_OR_RETURN(const RequestHandle wished, ParseX509Request(request.pem));
  ASSIGN_OR_RETURN(const KeyHandle key, ParseKey(key_));
  ASSIGN_OR_RETURN(const CertificateHandle root, ParseX509(certificate_.pem));
  const Lifetime lifetime{now - kClockSkew, std::min(now + grant.lifetime, certificate_.not_after)};
  ASSIGN_OR_RETURN(
      const CertificateHandle x509,
      MintLeaf(*X509_REQ_get0_pubkey(wished.get()), identity, grant.hosts, lifetime, *root, *key));
  return ToCertificate(*x509);
}

Status Authority::Enlist(const Certificate& certificate, Time now) {
  const DirectoryLock lock(directory_);
  if (!lock.held())
    return Unavailable("{}: cannot be locked: {}", directory_, std::strerror(errno));
  ASSIGN_OR_RETURN(std::vector<Issued> list, ReadList(directory_));
  list.push_back(Record(certificate, list, now));
  RETURN_IF_ERROR(WriteFile(IssuedPath(directory_, certificate.serial), certificate.pem));
  return WriteList(directory_, list);
}

StatusOr<std::vector<Issued>> Authority::List() const { return ReadList(directory_); }

}  // namespace consilium::security
