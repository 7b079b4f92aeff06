#ifndef CONSILIUM_SERVER_OPS_VERSION_H_
#define CONSILIUM_SERVER_OPS_VERSION_H_

namespace consilium::ops {

// How this software names itself to its peers.
inline constexpr char kSoftware[] = "consiliumd 0.1.0";

}  // namespace consilium::ops

#endif  // CONSILIUM_SERVER_OPS_VERSION_H_
