#include "base/security/issued.h"

#include "nlohmann/json.hpp"

namespace consilium::security {
namespace {

using Json = nlohmann::json;

// Throws nlohmann's exceptions; the caller catches them.
StatusOr<Issued> FromJson(const Json& line) {
  Issued issued;
  ASSIGN_OR_RETURN(issued.identity, ParseIdentity(line.at("identity").get<std::string>()));
  line.at("serial").get_to(issued.serial);
  line.at("dns").get_to(issued.hosts.dns);
  line.at("ip").get_to(issued.hosts.ip);
  line.at("issued_at").get_to(issued.issued_at);
  line.at("not_before").get_to(issued.not_before);
  line.at("not_after").get_to(issued.not_after);
  line.at("sha256").get_to(issued.fingerprint);
  line.at("renews").get_to(issued.renews);
  return issued;
}

StatusOr<Issued> ParseLine(std::string_view text) {
  try {
    const Json line = Json::parse(text);
    const int version = line.at("version").get<int>();
    if (version != 1) return InvalidArgument("version {}, expected 1", version);
    return FromJson(line);
  } catch (const Json::exception& error) {
    return DataLoss("damaged: {}", error.what());
  }
}

}  // namespace

std::string ToJsonLine(const Issued& issued) {
  const nlohmann::ordered_json line = {{"version", 1},
                                       {"serial", issued.serial},
                                       {"identity", ToUri(issued.identity)},
                                       {"dns", issued.hosts.dns},
                                       {"ip", issued.hosts.ip},
                                       {"issued_at", issued.issued_at},
                                       {"not_before", issued.not_before},
                                       {"not_after", issued.not_after},
                                       {"sha256", issued.fingerprint},
                                       {"renews", issued.renews}};
  return line.dump();
}

StatusOr<std::vector<Issued>> ParseIssued(std::string_view lines) {
  std::vector<Issued> list;
  size_t number = 0;
  while (!lines.empty()) {
    ++number;
    const size_t end = lines.find('\n');
    const std::string_view line = lines.substr(0, end);
    lines = end == std::string_view::npos ? "" : lines.substr(end + 1);
    if (line.empty()) continue;
    StatusOr<Issued> issued = ParseLine(line);
    if (!issued.ok()) return Annotate(issued.status(), fmt::format("line {}", number));
    list.push_back(*std::move(issued));
  }
  return list;
}

}  // namespace consilium::security
