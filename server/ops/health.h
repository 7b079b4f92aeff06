#ifndef CONSILIUM_SERVER_OPS_HEALTH_H_
#define CONSILIUM_SERVER_OPS_HEALTH_H_

#include <string>

#include "base/security/tls_files.h"
#include "base/status.h"

namespace consilium {

// Is the daemon that announced itself in `state` (announce.h) there, and does it accept a
// connection with its own certificate? Says what is wrong otherwise. Blocks for seconds at most.
Status CheckHealth(const std::string& state, const TlsFiles& files);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_OPS_HEALTH_H_
