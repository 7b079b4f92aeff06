#ifndef CONSILIUM_SERVER_COORDINATOR_FEDERATION_SERVICE_H_
#define CONSILIUM_SERVER_COORDINATOR_FEDERATION_SERVICE_H_

#include <memory>

#include "server/coordinator/node_stream.h"

namespace grpc {
class Service;
}

namespace consilium::coordinator {

// proto/federation.proto. What is borrowed must outlive the gRPC server.
std::unique_ptr<grpc::Service> NewFederationService(const NodeStreamOptions& options,
                                                    AttachmentEvents& events);

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_FEDERATION_SERVICE_H_
