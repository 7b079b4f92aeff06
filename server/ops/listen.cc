#include "server/ops/listen.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>

#include "base/wire/credentials.h"
#include "server/ops/log.h"

namespace consilium::ops {
namespace {

wire::ServerCredentialOptions LoggingRefusals() {
  wire::ServerCredentialOptions options;
  options.on_refused = [](const std::string& caller, const std::string& method, const Status& why) {
    LogWarning("call-refused", "refused {} to {}: {}", method, caller, Message(why));
  };
  return options;
}

}  // namespace

Listener::Listener(std::unique_ptr<grpc::Server> server, std::string address)
    : server_(std::move(server)), address_(std::move(address)) {}

Listener::~Listener() { Close(); }

StatusOr<std::unique_ptr<Listener>> Listener::Open(const std::string& address,
                                                   const security::TlsFiles& files,
                                                   const std::vector<grpc::Service*>& services) {
  ASSIGN_OR_RETURN(const auto credentials, wire::NewServerCredentials(files, LoggingRefusals()));
  grpc::EnableDefaultHealthCheckService(true);
  static const bool reflects = (grpc::reflection::InitProtoReflectionServerBuilderPlugin(), true);
  (void)reflects;
  grpc::ServerBuilder builder;
  wire::ConfigureServer(builder);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  int port = 0;
  builder.AddListeningPort(address, credentials, &port);
  for (grpc::Service* const service : services) builder.RegisterService(service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return FailedPrecondition(
        "cannot listen on {}: the address is not this machine's, or another program uses the port",
        address);
  }
  const std::string host = address.substr(0, address.rfind(':'));
  return std::unique_ptr<Listener>(
      new Listener(std::move(server), fmt::format("{}:{}", host, port)));
}

void Listener::Close(Duration grace) {
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now() + grace);
  server_->Wait();
  server_.reset();
}

}  // namespace consilium::ops
