#include "server/ops/health.h"

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/security/certificate.h"
#include "base/wire/channel.h"
#include "base/wire/diagnose.h"

namespace consilium {
namespace {

// Where this machine reaches what listens on `address`: a wildcard is reached on loopback.
StatusOr<std::string> LocalTarget(const std::string& address) {
  ASSIGN_OR_RETURN(const HostPort at, ParseTarget(address));
  if (at.host == "0.0.0.0") return "127.0.0.1:" + at.port;
  if (at.host == "::") return "[::1]:" + at.port;
  return address;
}

// Any name of the daemon's own certificate: it is asked for under a name it has.
std::string OwnName(const Certificate& certificate) {
  const HostNames& hosts = certificate.hosts;
  if (!hosts.dns.empty()) return hosts.dns.front();
  return hosts.ip.empty() ? "" : hosts.ip.front();
}

}  // namespace

Status CheckHealth(const std::string& state, const TlsFiles& files) {
  const std::string path = state + "/ports.json";
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, size_t{1} << 16));
  const auto ports = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!ports.is_object()) return DataLoss("{} is no JSON object; start the daemon again", path);
  ASSIGN_OR_RETURN(const Certificate own, ReadCertificate(files.certificate));
  for (const auto& [service, address] : ports.items()) {
    if (!address.is_string()) return DataLoss("{}: the address of {} is no text", path, service);
    Probe probe{.target = "", .files = files, .server = {}, .host = OwnName(own)};
    ASSIGN_OR_RETURN(probe.target, LocalTarget(address.get<std::string>()));
    probe.timeout = std::chrono::seconds(2);
    RETURN_IF_ERROR(Diagnose(probe));
  }
  return OkStatus();
}

}  // namespace consilium
