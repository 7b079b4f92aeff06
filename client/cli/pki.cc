#include "client/cli/pki.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/json.h"
#include "base/security/authority.h"
#include "base/security/key.h"
#include "base/security/request.h"
#include "fmt/format.h"

namespace consilium::cli {
namespace {

Json ToJson(const security::Certificate& certificate) {
  return {{"identity", certificate.identity ? security::ToUri(*certificate.identity) : ""},
          {"subject", certificate.subject},
          {"issuer", certificate.issuer},
          {"dns", certificate.hosts.dns},
          {"ip", certificate.hosts.ip},
          {"authority", certificate.is_authority},
          {"serves", certificate.may_serve},
          {"calls", certificate.may_call},
          {"not_before", FormatTime(certificate.not_before)},
          {"not_after", FormatTime(certificate.not_after)},
          {"serial", certificate.serial},
          {"sha256", security::ToHex(certificate.fingerprint)}};
}

Json ToJson(const security::SigningRequest& request) {
  return {{"request", security::ToUri(request.identity)},
          {"dns", request.hosts.dns},
          {"ip", request.hosts.ip}};
}

StatusOr<std::string> ReadPem(const std::string& path) { return ReadFile(path, size_t{1} << 20); }

StatusOr<security::SigningRequest> ReadRequest(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string pem, ReadPem(path));
  StatusOr<security::SigningRequest> request = security::ParseRequest(pem);
  if (!request.ok()) return Annotate(request.status(), path);
  return request;
}

Output RequestMade(const std::string& key, const std::string& request,
                   const security::Identity& identity, const security::HostNames& hosts) {
  return {fmt::format("key          {} (stays on this machine)\nrequest      {}\nwishes       {}\n"
                      "host names   {}\nSend the request to the federation's operator.",
                      key, request, security::ToUri(identity), security::Describe(hosts)),
          Json({{"key", key},
                {"request", request},
                {"identity", security::ToUri(identity)},
                {"dns", hosts.dns},
                {"ip", hosts.ip}})
              .Text()};
}

double Days(Duration duration) { return ToSeconds(duration) / ToSeconds(security::kDay); }

}  // namespace

StatusOr<Output> InitAuthority(const PkiInit& options, Time now) {
  if (options.years < 1 || options.years > 30) {
    return InvalidArgument("{} years, expected 1 to 30", options.years);
  }
  ASSIGN_OR_RETURN(const security::Authority authority,
                   security::Authority::Create(options.directory, options.federation, now,
                                               options.years * 365 * security::kDay));
  const std::string path = options.directory + "/authority.crt";
  Json json = ToJson(authority.certificate());
  json["certificate"] = path;
  return Output{fmt::format("{}\nGive {} to every site. Keep the directory to yourself, backed up "
                            "and off the network.",
                            security::Describe(authority.certificate()), path),
                json.Text()};
}

StatusOr<Output> RequestCertificate(const PkiRequest& options) {
  ASSIGN_OR_RETURN(const security::Role role, security::ParseRole(options.role));
  const security::Identity identity{options.federation, role, options.name};
  RETURN_IF_ERROR(security::CheckIdentity(identity));
  const std::string stem = options.directory + "/" + options.name;
  RETURN_IF_ERROR(MakeDirectory(options.directory, 0700));
  RETURN_IF_ERROR(security::WriteRequest(
      {.key = stem + ".key", .request = stem + ".csr", .new_key = options.new_key}, identity,
      options.hosts));
  return RequestMade(stem + ".key", stem + ".csr", identity, options.hosts);
}

StatusOr<Output> RenewCertificate(const PkiRenew& options) {
  ASSIGN_OR_RETURN(const security::Certificate certificate,
                   security::ReadCertificate(options.files.certificate));
  if (!certificate.identity) {
    return InvalidArgument("{}: has no identity to renew", options.files.certificate);
  }
  ASSIGN_OR_RETURN(const security::Secret key, security::ReadKeyFile(options.files.key));
  const StatusOr<std::string> request =
      security::MakeRequest(*certificate.identity, certificate.hosts, key);
  if (!request.ok()) return Annotate(request.status(), options.files.key);
  RETURN_IF_ERROR(WriteFile(options.request, *request));
  return RequestMade(options.files.key, options.request, *certificate.identity, certificate.hosts);
}

StatusOr<Output> SignRequest(const PkiSign& options, Time now) {
  ASSIGN_OR_RETURN(const security::Role role, security::ParseRole(options.role));
  ASSIGN_OR_RETURN(const security::SigningRequest request, ReadRequest(options.request));
  ASSIGN_OR_RETURN(security::Authority authority, security::Authority::Open(options.authority));
  const security::Authority::Grant grant{
      .role = role,
      .name = options.name,
      .hosts = options.requested_hosts ? request.hosts : options.hosts,
      .lifetime = options.days * security::kDay,
      .accept_other_wishes = options.accept_other_wishes};
  ASSIGN_OR_RETURN(const security::Certificate certificate,
                   authority.Sign(request.pem, grant, now));
  const std::string beside =
      (std::filesystem::path(options.request).parent_path() / (options.name + ".crt")).string();
  const std::string path = options.out.empty() ? beside : options.out;
  RETURN_IF_ERROR(WriteFile(path, certificate.pem));
  Json json = ToJson(certificate);
  json["certificate"] = path;
  return Output{fmt::format("{}\nSend {} and the authority's certificate to the site.",
                            security::Describe(certificate), path),
                json.Text()};
}

StatusOr<Output> ShowFiles(const std::vector<std::string>& paths) {
  std::string text;
  Json json = Json::Array();
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(const std::string pem, ReadPem(path));
    Json entry;
    text += fmt::format("{}{}\n", text.empty() ? "" : "\n\n", path);
    if (pem.find("CERTIFICATE REQUEST") != std::string::npos) {
      ASSIGN_OR_RETURN(const security::SigningRequest request, ReadRequest(path));
      text += fmt::format("wishes       {}\nhost names   {}", security::ToUri(request.identity),
                          security::Describe(request.hosts));
      entry = ToJson(request);
    } else {
      ASSIGN_OR_RETURN(const security::Certificate certificate, security::ReadCertificate(path));
      text += security::Describe(certificate);
      entry = ToJson(certificate);
    }
    entry["file"] = path;
    json.Append(std::move(entry));
  }
  return Output{text, json.Text()};
}

StatusOr<Output> ListIssued(const PkiList& options, Time now) {
  ASSIGN_OR_RETURN(const security::Authority authority,
                   security::Authority::Open(options.authority));
  ASSIGN_OR_RETURN(const std::vector<security::Issued> list, authority.List());
  const std::string today = FormatTime(now);  // RFC 3339 in UTC orders as text
  std::string text =
      fmt::format("{:<46} {:<20} {:<20} {:<8} {}", "IDENTITY", "FROM", "TO", "STATE", "SERIAL");
  Json json = Json::Array();
  for (const security::Issued& issued : list) {
    const bool renewed = std::any_of(list.begin(), list.end(), [&](const security::Issued& other) {
      return other.renews == issued.serial;
    });
    if (renewed && !options.all) continue;
    const std::string_view state = issued.not_after < today ? "expired"
                                   : renewed                ? "renewed"
                                                            : "valid";
    text += fmt::format("\n{:<46} {:<20} {:<20} {:<8} {}", security::ToUri(issued.identity),
                        issued.not_before, issued.not_after, state, issued.serial);
    ASSIGN_OR_RETURN(Json entry, Json::Parse(security::ToJsonLine(issued)));
    entry["state"] = state;
    json.Append(std::move(entry));
  }
  return Output{text, json.Text()};
}

StatusOr<Output> CheckFiles(const security::TlsFiles& files, Time now) {
  ASSIGN_OR_RETURN(const security::OwnCertificate own, security::CheckTlsFiles(files, now));
  const Duration left = own.certificate.not_after - now;
  const Duration whole = own.certificate.not_after - own.certificate.not_before;
  if (left < whole / 2) {
    return FailedPrecondition(
        "{}: {:.1f} of {:.0f} days left, until {}: renew it now (consilium pki renew)",
        files.certificate, Days(left), Days(whole), FormatTime(own.certificate.not_after));
  }
  Json json = ToJson(own.certificate);
  json["days_left"] = Days(left);
  return Output{
      fmt::format("{}\ndays left    {:.1f}", security::Describe(own.certificate), Days(left)),
      json.Text()};
}

}  // namespace consilium::cli
