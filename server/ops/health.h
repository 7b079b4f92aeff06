#ifndef CONSILIUM_SERVER_OPS_HEALTH_H_
#define CONSILIUM_SERVER_OPS_HEALTH_H_

#include <string>

#include "base/status.h"

namespace consilium::ops {

// Does the daemon that announced itself in `state` (announce.h) accept connections on each of its
// ports? Says what is wrong otherwise. Needs no certificate, and blocks for seconds at most.
Status CheckHealth(const std::string& state);

}  // namespace consilium::ops

#endif  // CONSILIUM_SERVER_OPS_HEALTH_H_
