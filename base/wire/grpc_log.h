#ifndef CONSILIUM_BASE_WIRE_GRPC_LOG_H_
#define CONSILIUM_BASE_WIRE_GRPC_LOG_H_

#include <string_view>

namespace consilium::wire {

// Takes a line that gRPC would write to standard error; any thread. Must not call gRPC.
using GrpcLogSink = void (*)(std::string_view line);

// Sends gRPC's own lines to `sink`: they are no part of our output, and would break a log that is
// JSON. Not if GRPC_VERBOSITY is set: then somebody wants to see them.
void RedirectGrpcLog(GrpcLogSink sink);

}  // namespace consilium::wire

#endif  // CONSILIUM_BASE_WIRE_GRPC_LOG_H_
