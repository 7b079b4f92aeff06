#include "base/security/alternative_names.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace consilium::security {
namespace {

constexpr std::string_view kScheme = "consilium:";
constexpr size_t kMostHosts = 32;

std::string TextOf(const ASN1_STRING* string) {
  return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
                     static_cast<size_t>(ASN1_STRING_length(string)));
}

std::string AddressOf(const ASN1_OCTET_STRING* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(address) == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(address) != 16) return "malformed address";
  inet_ntop(family, ASN1_STRING_get0_data(address), text.data(), text.size());
  return text.data();
}

bool Add(GENERAL_NAMES& names, int type, ASN1_STRING* value) {
  if (value == nullptr) return false;
  GENERAL_NAME* name = GENERAL_NAME_new();
  if (name == nullptr) return false;
  GENERAL_NAME_set0_value(name, type, value);
  return sk_GENERAL_NAME_push(&names, name) > 0;
}

ASN1_STRING* Ia5(const std::string& text) {
  ASN1_IA5STRING* string = ASN1_IA5STRING_new();
  ASN1_STRING_set(string, text.data(), static_cast<int>(text.size()));
  return string;
}

bool IsDnsName(const std::string& name) {
  if (name.empty() || name.size() > 253 || name.front() == '.' || name.back() == '.') return false;
  return name.find("..") == std::string::npos && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
         });
}

bool IsAddress(const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

}  // namespace

StatusOr<ExtensionHandle> MakeAlternativeNames(const Identity& identity, const HostNames& hosts) {
  const NamesHandle names(GENERAL_NAMES_new());
  bool made = names != nullptr && Add(*names, GEN_URI, Ia5(ToUri(identity)));
  for (const std::string& dns : hosts.dns) made = made && Add(*names, GEN_DNS, Ia5(dns));
  for (const std::string& ip : hosts.ip) {
    made = made && Add(*names, GEN_IPADD, a2i_IPADDRESS(ip.c_str()));
  }
  ExtensionHandle extension(made ? X509V3_EXT_i2d(NID_subject_alt_name, 0, names.get()) : nullptr);
  if (!extension) return LibraryError("writing alternative names");
  return extension;
}

AlternativeNames ParseAlternativeNames(const GENERAL_NAMES* names) {
  AlternativeNames parsed;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type == GEN_URI) {
      parsed.uris.push_back(TextOf(name->d.uniformResourceIdentifier));
    } else if (name->type == GEN_DNS) {
      parsed.hosts.dns.push_back(TextOf(name->d.dNSName));
    } else if (name->type == GEN_IPADD) {
      parsed.hosts.ip.push_back(AddressOf(name->d.iPAddress));
    }
  }
  return parsed;
}

StatusOr<std::optional<Identity>> IdentityAmong(const std::vector<std::string>& uris) {
  std::optional<Identity> identity;
  for (const std::string& uri : uris) {
    if (!uri.starts_with(kScheme)) continue;
    if (identity) return InvalidArgument("two identities in one certificate, expected one");
    ASSIGN_OR_RETURN(identity, ParseIdentity(uri));
  }
  return identity;
}

Status CheckHosts(Role role, const HostNames& hosts) {
  const bool serves = role == Role::kNode || role == Role::kCoordinator;
  if (serves && hosts.empty()) {
    return InvalidArgument(
        "a {} serves: give at least one DNS name or address by which it is reached",
        RoleName(role));
  }
  if (!serves && !hosts.empty()) {
    return InvalidArgument("a {} only calls: got host names ({}), expected none", RoleName(role),
                           Describe(hosts));
  }
  if (hosts.dns.size() + hosts.ip.size() > kMostHosts) {
    return InvalidArgument("{} host names, expected at most {}", hosts.dns.size() + hosts.ip.size(),
                           kMostHosts);
  }
  for (const std::string& dns : hosts.dns) {
    if (IsDnsName(dns)) continue;
    return InvalidArgument("DNS name \"{}\": expected lower-case letters, digits, - and .", dns);
  }
  for (const std::string& ip : hosts.ip) {
    if (!IsAddress(ip)) return InvalidArgument("\"{}\": expected an IPv4 or IPv6 address", ip);
  }
  return OkStatus();
}

}  // namespace consilium::security
