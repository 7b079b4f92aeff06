#ifndef CONSILIUM_SERVER_NODE_UPLINK_STREAM_H_
#define CONSILIUM_SERVER_NODE_UPLINK_STREAM_H_

#include <functional>
#include <memory>

#include "base/status.h"
#include "server/federation/messages.h"

namespace grpc {
class Channel;
}
namespace consilium::v1 {
class FromNode;
class ToNode;
}  // namespace consilium::v1

namespace consilium {

// One attempt to be attached to the coordinator: from dialling to the end of the stream.
class UplinkStream {
 public:
  // Both are called from gRPC's threads, never at the same time, and `closed` last and once.
  struct Events {
    std::function<void(v1::ToNode&& message)> received;
    std::function<void(const Status& why)> closed;
  };

  // Dials. The object lives until `closed` returned, whoever else holds it.
  static std::shared_ptr<UplinkStream> Open(std::shared_ptr<grpc::Channel> channel, Events events);

  virtual ~UplinkStream() = default;

  // Thread-safe; in order; nothing once the stream is closed.
  virtual void Send(v1::FromNode message) = 0;
  virtual void Send(PeerMessage message) = 0;

  // Ends the stream soon. Thread-safe.
  virtual void Cancel() = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_NODE_UPLINK_STREAM_H_
