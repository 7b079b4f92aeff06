#ifndef CONSILIUM_SERVER_NODE_UPLINK_SESSION_H_
#define CONSILIUM_SERVER_NODE_UPLINK_SESSION_H_

#include <cstdint>
#include <memory>

#include "base/status.h"
#include "server/federation/messages.h"

namespace consilium::v1 {
class FromNode;
class ToNode;
}  // namespace consilium::v1

namespace consilium::node {

// What this node and the coordinator say to one another, over one stream after the other:
// docs/formats/session.md. Thread-safe, and but for Take nothing waits.
class UplinkSession {
 public:
  static std::unique_ptr<UplinkSession> Make();
  virtual ~UplinkSession() = default;

  // In order, as soon as a stream is linked, and again by the next one if need be.
  virtual void Send(v1::FromNode message) = 0;
  virtual void Send(federation::PeerMessage message) = 0;
  // Hello and Heartbeat: at once, and only by the present stream.
  virtual void Say(v1::FromNode message) = 0;

  // Of each message from the coordinator but Welcome, as it is handled. Fails if the coordinator
  // acknowledges what was never sent.
  virtual Status Hear(const v1::ToNode& message) = 0;
  virtual uint64_t received() const = 0;

  // Forgets everything: a new session begins.
  virtual void Begin() = 0;
  // The coordinator welcomed the present stream, and has so many messages of the session. `keeps`:
  // it acknowledges. Fails if they cannot be gone on with.
  virtual Status Link(uint64_t received, bool keeps) = 0;

  // ---- for a stream; there is one at a time ----

  virtual void Open() = 0;
  virtual void Close() = 0;
  // Waits for the next message to write; null once closed. `more`: another waits already.
  virtual std::shared_ptr<const v1::FromNode> Take(bool& more) = 0;
};

}  // namespace consilium::node

#endif  // CONSILIUM_SERVER_NODE_UPLINK_SESSION_H_
