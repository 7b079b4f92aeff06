#include "server/coordinator/federation_service.h"

#include <grpcpp/grpcpp.h>

#include "proto/federation.grpc.pb.h"

namespace consilium::coordinator {
namespace {

class FederationService final : public v1::Federation::CallbackService {
 public:
  FederationService(const NodeStreamOptions& options, AttachmentEvents& events)
      : options_(options), events_(events) {}

  grpc::ServerBidiReactor<v1::FromNode, v1::ToNode>* Attach(
      grpc::CallbackServerContext* context) override {
    return NewNodeStream(options_, events_, *context);
  }

 private:
  const NodeStreamOptions options_;
  AttachmentEvents& events_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewFederationService(const NodeStreamOptions& options,
                                                    AttachmentEvents& events) {
  return std::make_unique<FederationService>(options, events);
}

}  // namespace consilium::coordinator
