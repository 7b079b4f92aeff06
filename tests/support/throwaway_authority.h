#ifndef CONSILIUM_TESTS_SUPPORT_THROWAWAY_AUTHORITY_H_
#define CONSILIUM_TESTS_SUPPORT_THROWAWAY_AUTHORITY_H_

#include <string>

#include "base/file.h"
#include "base/security/authority.h"
#include "base/security/request.h"
#include "base/security/tls_files.h"
#include "tests/support/temporary_folder.h"

namespace consilium::testing {

// A whole federation's PKI in a temporary directory. A failure throws absl::BadStatusOrAccess.
class ThrowawayAuthority {
 public:
  explicit ThrowawayAuthority(const std::string& federation = "heart",
                              Time now = SystemClock().Now())
      : authority_(security::Authority::Create(directory_ / "authority", federation, now).value()) {
  }

  struct Options {
    security::HostNames hosts = {{"localhost"},
                                 {"127.0.0.1", "::1"}};  // of servers; others get none
    Duration lifetime = std::chrono::hours(1);
    Time now = SystemClock().Now();
  };

  // Files of a new key and certificate; again with the same name, a renewal in place with a new
  // key.
  security::TlsFiles Issue(security::Role role, const std::string& name) {
    return Issue(role, name, Options());
  }
  security::TlsFiles Issue(security::Role role, const std::string& name, const Options& options) {
    const security::Identity identity{authority_.federation(), role, name};
    const bool serves = role == security::Role::kNode || role == security::Role::kCoordinator;
    const security::HostNames hosts = serves ? options.hosts : security::HostNames{};
    const security::KeyAndRequest made = security::MakeRequest(identity, hosts).value();
    const security::Certificate certificate =
        authority_
            .Sign(made.request,
                  {.role = role, .name = name, .hosts = hosts, .lifetime = options.lifetime},
                  options.now)
            .value();
    const std::string stem = directory_ / (std::string(security::RoleName(role)) + "-" + name);
    WriteFile(stem + ".key", made.key.RevealText(), {.mode = 0600}).IgnoreError();
    WriteFile(stem + ".crt", certificate.pem).IgnoreError();
    return {stem + ".crt", stem + ".key", authority_file()};
  }

  security::Authority& authority() { return authority_; }
  std::string authority_file() const { return directory_ / "authority/authority.crt"; }
  const std::string& directory() const { return directory_.path(); }

 private:
  TemporaryFolder directory_;
  security::Authority authority_;
};

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SUPPORT_THROWAWAY_AUTHORITY_H_
