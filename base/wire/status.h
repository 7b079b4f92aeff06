#ifndef CONSILIUM_BASE_WIRE_STATUS_H_
#define CONSILIUM_BASE_WIRE_STATUS_H_

#include <grpcpp/support/status.h>

#include "base/status.h"

namespace consilium::wire {

// The codes are the same numbers on both sides.
grpc::Status ToGrpc(const Status& status);
Status FromGrpc(const grpc::Status& status);

}  // namespace consilium::wire

#endif  // CONSILIUM_BASE_WIRE_STATUS_H_
