#include "bench/federation_home.h"

#include <stdlib.h>

#include <filesystem>
#include <utility>

#include "client/cli/pki.h"

namespace consilium::bench {

StatusOr<FederationHome> FederationHome::Make() {
  std::string folder = (std::filesystem::temp_directory_path() / "consilium-bench-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return Internal("cannot make a folder like {}", folder);
  FederationHome home(std::move(folder));
  const cli::PkiInit init{.directory = home / "authority", .federation = "bench"};
  RETURN_IF_ERROR(cli::InitAuthority(init, SystemClock().Now()).status());
  return home;
}

FederationHome::FederationHome(FederationHome&& other) noexcept
    : folder_(std::exchange(other.folder_, "")) {}

FederationHome::~FederationHome() {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

Status FederationHome::Enrol(std::string_view role, const std::string& name) {
  security::HostNames hosts;
  if (role == "node" || role == "coordinator") hosts.ip = {"127.0.0.1"};
  cli::PkiRequest request;
  request.directory = *this / "tls";
  request.federation = "bench";
  request.role = role;
  request.name = name;
  request.hosts = hosts;
  std::filesystem::create_directories(request.directory);
  RETURN_IF_ERROR(cli::RequestCertificate(request).status());
  cli::PkiSign sign;
  sign.authority = *this / "authority";
  sign.request = request.directory + "/" + name + ".csr";
  sign.role = role;
  sign.name = name;
  sign.hosts = hosts;
  sign.out = request.directory + "/" + name + ".crt";
  return cli::SignRequest(sign, SystemClock().Now()).status();
}

security::TlsFiles FederationHome::Files(const std::string& name) const {
  return {.certificate = *this / ("tls/" + name + ".crt"),
          .key = *this / ("tls/" + name + ".key"),
          .authority = *this / "authority/authority.crt"};
}

}  // namespace consilium::bench
