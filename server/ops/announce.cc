#include "server/ops/announce.h"

#include <cstdio>

#include "base/file.h"
#include "base/json.h"

namespace consilium::ops {

Status Announce(const std::string& state, const std::vector<ListeningPort>& ports) {
  Json json = Json::Object();
  for (const ListeningPort& port : ports) json[port.service] = port.address;
  RETURN_IF_ERROR(WriteFile(state + "/ports.json", json.Text(2) + "\n"));
  for (const ListeningPort& port : ports) {
    std::printf("listening on %s (%s)\n", port.address.c_str(), port.service.c_str());
  }
  std::fflush(stdout);
  return OkStatus();
}

}  // namespace consilium::ops
