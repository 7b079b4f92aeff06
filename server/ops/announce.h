#ifndef CONSILIUM_SERVER_OPS_ANNOUNCE_H_
#define CONSILIUM_SERVER_OPS_ANNOUNCE_H_

#include <string>
#include <vector>

#include "base/status.h"

namespace consilium::ops {

// One address that this process listens on.
struct ListeningPort {
  std::string service;  // "federation", "consultation"
  std::string address;  // "127.0.0.1:41037"
};

// Writes `<state>/ports.json`, {"consultation": "127.0.0.1:41037"}, and a line "listening on
// ADDRESS (SERVICE)" for each to standard output: for whoever asked for port 0.
Status Announce(const std::string& state, const std::vector<ListeningPort>& ports);

}  // namespace consilium::ops

#endif  // CONSILIUM_SERVER_OPS_ANNOUNCE_H_
