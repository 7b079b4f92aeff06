#ifndef CONSILIUM_BASE_SECURITY_AUTHORITY_H_
#define CONSILIUM_BASE_SECURITY_AUTHORITY_H_

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/security/certificate.h"
#include "base/security/identity.h"
#include "base/security/issued.h"
#include "base/security/request.h"
#include "base/security/secret.h"
#include "base/status.h"

namespace consilium::security {

constexpr Duration kDay = std::chrono::hours(24);

// The federation's certificate authority: an ECDSA P-256 key, a self-signed certificate and the
// list of what it signed, in one directory (docs/formats/authority.md). Best kept on a machine
// without a network. Not thread-safe; two processes may use one directory.
class Authority {
 public:
  // Refuses a directory that already holds an authority.
  static StatusOr<Authority> Create(const std::string& directory, const std::string& federation,
                                    Time now, Duration lifetime = 3650 * kDay);
  static StatusOr<Authority> Open(const std::string& directory);

  // What the operator agrees to sign. The operator says it; the request only wishes.
  struct Grant {
    Role role = Role::kNode;
    std::string name = {};
    HostNames hosts = {};
    Duration lifetime = 30 * kDay;
    bool accept_other_wishes = false;  // sign although the request wishes something else
  };

  // Signs and records. A name signed before gives a renewal, with the same rights as a new one.
  // The certificate ends no later than the authority's own.
  StatusOr<Certificate> Sign(std::string_view request_pem, const Grant& grant, Time now);

  // Everything ever signed, oldest first.
  StatusOr<std::vector<Issued>> List() const;

  const Certificate& certificate() const { return certificate_; }
  const std::string& federation() const { return certificate_.federation; }

 private:
  StatusOr<Certificate> Mint(const SigningRequest& request, const Identity& identity,
                             const Grant& grant, Time now) const;
  Status Enlist(const Certificate& certificate, Time now);

  Authority(std::string directory, Secret key, Certificate certificate)
      : directory_(std::move(directory)),
        key_(std::move(key)),
        certificate_(std::move(certificate)) {}

  std::string directory_;
  Secret key_;
  Certificate certificate_;
};

}  // namespace consilium::security

#endif  // CONSILIUM_BASE_SECURITY_AUTHORITY_H_
