#include "bench/plain_stream.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <thread>

#include "base/wire/channel.h"
#include "base/wire/status.h"
#include "proto/federation.grpc.pb.h"
#include "server/federation/wire/chunks.h"

namespace consilium::bench {
namespace {

class Echo final : public v1::Federation::Service {
 public:
  grpc::Status Attach(grpc::ServerContext*,
                      grpc::ServerReaderWriter<v1::ToNode, v1::FromNode>* stream) override {
    v1::FromNode in;
    v1::ToNode out;
    while (stream->Read(&in)) {
      out.mutable_peer()->Swap(in.mutable_peer());
      if (!stream->Write(out)) break;
    }
    return grpc::Status::OK;
  }
};

}  // namespace

std::unique_ptr<grpc::Service> NewPlainStreamService() { return std::make_unique<Echo>(); }

Status StreamPlainly(const std::string& target, const security::TlsFiles& files, size_t bytes,
                     int rounds) {
  ASSIGN_OR_RETURN(
      const auto channel,
      wire::OpenChannel(target, files,
                        {.role = security::Role::kCoordinator, .name = "", .federation = ""}));
  const auto stub = v1::Federation::NewStub(channel);
  grpc::ClientContext context;
  const auto stream = stub->Attach(&context);
  std::thread writer([&] {
    v1::FromNode message;
    for (int round = 0; round < rounds; ++round) {
      for (size_t sent = 0; sent < bytes; sent += federation::kLargestChunkBytes) {
        message.mutable_peer()->mutable_bytes()->assign(
            std::min(federation::kLargestChunkBytes, bytes - sent), 'x');
        if (!stream->Write(message)) return;
      }
    }
    stream->WritesDone();
  });
  v1::ToNode message;
  size_t back = 0;
  while (stream->Read(&message)) back += message.peer().bytes().size();
  writer.join();
  RETURN_IF_ERROR(wire::FromGrpc(stream->Finish()));
  const size_t expected = bytes * static_cast<size_t>(rounds);
  if (back == expected) return OkStatus();
  return DataLoss("{} bytes came back, expected {}", back, expected);
}

}  // namespace consilium::bench
