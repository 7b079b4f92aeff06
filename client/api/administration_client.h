#ifndef CONSILIUM_CLIENT_API_ADMINISTRATION_CLIENT_H_
#define CONSILIUM_CLIENT_API_ADMINISTRATION_CLIENT_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/security/tls_files.h"
#include "base/status.h"
#include "client/api/federation.h"

namespace consilium::api {

struct AdministrationClientOptions {
  std::string target;              // "host:port" of the coordinator
  security::TlsFiles files;        // an operator's
  std::string host;                // that the certificate must name; empty: the host in `target`
  Duration timeout = Seconds(20);  // of every call but WatchRun
};

// Asks the coordinator, over mutual TLS. Calls block. Thread-safe. Errors of the connection name
// their cause.
class AdministrationClient {
 public:
  // Checks the files; the network is not touched until the first call.
  static StatusOr<std::unique_ptr<AdministrationClient>> Create(
      const AdministrationClientOptions& options);
  virtual ~AdministrationClient() = default;

  // The same key again returns the same run. `plan` is TOML.
  virtual StatusOr<RunView> StartRun(const std::string& name, const std::string& plan,
                                     const std::string& idempotency_key) = 0;
  virtual StatusOr<RunView> GetRun(const std::string& run) = 0;  // empty: the newest
  virtual StatusOr<std::vector<RunView>> ListRuns() = 0;         // newest first
  virtual StatusOr<RunView> StopRun(const std::string& run) = 0;
  virtual StatusOr<std::vector<SiteView>> ListSites() = 0;

  // Calls `changed` with the run now and whenever it has changed, until it has ended (OK) or
  // `changed` returns false (OK).
  virtual Status WatchRun(const std::string& run,
                          const std::function<bool(const RunView&)>& changed) = 0;
};

}  // namespace consilium::api

#endif  // CONSILIUM_CLIENT_API_ADMINISTRATION_CLIENT_H_
