#ifndef CONSILIUM_SERVER_COORDINATOR_ATTACHMENT_H_
#define CONSILIUM_SERVER_COORDINATOR_ATTACHMENT_H_

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/status.h"
#include "server/federation/messages.h"

namespace consilium::v1 {
class FromNode;
class PeerChunk;
class ToNode;
}  // namespace consilium::v1

namespace consilium {

// What a node said of itself, checked against its certificate.
struct NodeHello {
  std::string site;
  std::string software;
  std::string address;
  uint32_t schema_version = 0;
  std::string schema_digest;
  uint64_t session = 0;  // higher: a later start of the node's process
  Time certificate_expires;
};

// One node's open stream, as the rest of the coordinator sees it. Thread-safe; nothing blocks, and
// nothing happens any more once the stream is closed.
class Attachment {
 public:
  virtual ~Attachment() = default;

  virtual const NodeHello& hello() const = 0;

  virtual void Send(v1::ToNode message) = 0;
  virtual void Send(PeerMessage message) = 0;

  // Passes on a chunk that another node sent. Calls `resume` once there is room for the next: at
  // once, or later from another thread.
  virtual void Forward(v1::PeerChunk& chunk, std::function<void()> resume) = 0;

  // Ends the stream; the node is told why.
  virtual void Close(const Status& why) = 0;

  // When the node was last heard; now, while what it sent waits for another node to take it.
  virtual Time last_heard() const = 0;
};

// What streams report. Called from gRPC's threads, for one stream one at a time.
class AttachmentEvents {
 public:
  virtual ~AttachmentEvents() = default;

  // After a Hello that was in order.
  virtual void Arrived(const std::shared_ptr<Attachment>& attachment) = 0;
  virtual void Said(const std::shared_ptr<Attachment>& attachment, v1::FromNode message) = 0;
  // A chunk for another site. No other message of this stream is read until `resume` is called.
  virtual void Sent(const Attachment& attachment, v1::PeerChunk& chunk,
                    std::function<void()> resume) = 0;
  // Last, if it arrived.
  virtual void Left(const std::shared_ptr<Attachment>& attachment) = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_COORDINATOR_ATTACHMENT_H_
