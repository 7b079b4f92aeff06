#ifndef CONSILIUM_SERVER_NODE_UPLINK_STREAM_H_
#define CONSILIUM_SERVER_NODE_UPLINK_STREAM_H_

#include <functional>
#include <memory>

#include "base/status.h"
#include "server/federation/wire/carried.h"

namespace grpc {
class Channel;
}
namespace consilium::v1 {
class ToNode;
}  // namespace consilium::v1

namespace consilium::node {

class UplinkSession;

// One attempt to be attached to the coordinator: from dialling to the end of the stream. It has a
// thread that reads and one that writes: for a single stream that costs half of the wake-ups of
// gRPC's callbacks, and nobody but the writer waits for a slow coordinator.
class UplinkStream {
 public:
  // Called from the reading thread, `closed` last and once. `bytes` are to be given to Handled.
  struct Events {
    std::function<void(v1::ToNode&& message, size_t bytes)> received;
    std::function<void(const Status& why)> closed;
  };

  // Dials, and writes what the session has to say. The session must outlive the stream.
  static std::unique_ptr<UplinkStream> Open(std::shared_ptr<grpc::Channel> channel,
                                            UplinkSession& session, Events events);

  // Ends the stream and waits for its threads, which takes no longer than `closed` does.
  virtual ~UplinkStream() = default;

  // So many of the bytes received have been handled. The stream is not read on while much more
  // than a chunk waits for that. Thread-safe.
  virtual void Handled(size_t bytes) = 0;

  // Of peer messages, so far.
  virtual const federation::CarriedByLink& sent() const = 0;
  virtual const federation::CarriedByLink& received() const = 0;
};

}  // namespace consilium::node

#endif  // CONSILIUM_SERVER_NODE_UPLINK_STREAM_H_
