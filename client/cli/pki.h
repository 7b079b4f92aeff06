#ifndef CONSILIUM_CLIENT_CLI_PKI_H_
#define CONSILIUM_CLIENT_CLI_PKI_H_

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/command/output.h"
#include "base/security/certificate.h"
#include "base/security/tls_files.h"
#include "base/status.h"

// The commands of `consilium pki`, without a command line.
namespace consilium::cli {

struct PkiInit {
  std::string directory;
  std::string federation;
  int years = 10;
};
StatusOr<Output> InitAuthority(const PkiInit& options, Time now);

struct PkiRequest {
  std::string directory = ".";  // gets NAME.key and NAME.csr
  std::string federation;
  std::string role;
  std::string name;
  security::HostNames hosts = {};
  bool new_key = false;  // replace a key that exists
};
StatusOr<Output> RequestCertificate(const PkiRequest& options);

// A new request with the key and the names of a certificate that exists.
struct PkiRenew {
  security::TlsFiles files;  // `authority` is not read
  std::string request;       // file to write
};
StatusOr<Output> RenewCertificate(const PkiRenew& options);

struct PkiSign {
  std::string authority;  // directory
  std::string request;    // file
  std::string role;
  std::string name;
  security::HostNames hosts = {};
  bool requested_hosts = false;  // sign the host names of the request, whatever they are
  bool accept_other_wishes = false;
  int days = 30;
  std::string out = {};  // file; empty: beside the request, NAME.crt
};
StatusOr<Output> SignRequest(const PkiSign& options, Time now);

// What certificates or signing requests say.
StatusOr<Output> ShowFiles(const std::vector<std::string>& paths);

struct PkiList {
  std::string authority;
  bool all = false;  // also what was renewed since
};
StatusOr<Output> ListIssued(const PkiList& options, Time now);

// Whether the files fit together and how long they last; kFailedPrecondition once less than half
// of the lifetime is left, which is when to renew.
StatusOr<Output> CheckFiles(const security::TlsFiles& files, Time now);

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_PKI_H_
