#include "server/ops/health.h"

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/wire/channel.h"
#include "base/wire/tcp.h"

namespace consilium::ops {
namespace {

constexpr Duration kPatience = std::chrono::seconds(2);

// Where this machine reaches what listens on `address`: a wildcard is reached on loopback.
StatusOr<wire::HostPort> LocalTarget(const std::string& address) {
  ASSIGN_OR_RETURN(wire::HostPort target, wire::ParseTarget(address));
  if (target.host == "0.0.0.0") target.host = "127.0.0.1";
  if (target.host == "::") target.host = "::1";
  return target;
}

}  // namespace

Status CheckHealth(const std::string& state) {
  const std::string path = state + "/ports.json";
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, size_t{1} << 16));
  const auto ports = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!ports.is_object()) return DataLoss("{} is no JSON object: start the daemon again", path);
  for (const auto& [service, address] : ports.items()) {
    if (!address.is_string()) return DataLoss("{}: the address of {} is no text", path, service);
    ASSIGN_OR_RETURN(const wire::HostPort target, LocalTarget(address.get<std::string>()));
    RETURN_IF_ERROR(wire::Socket::Connect(target, kPatience).status());
  }
  return OkStatus();
}

}  // namespace consilium::ops
