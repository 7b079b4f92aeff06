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

namespace consilium::coordinator {

class NodeSession;

// What a node said of itself, checked against its certificate.
struct NodeHello {
  std::string site;
  std::string software;
  std::string address;
  uint32_t schema_version = 0;
  std::string schema_digest;
  uint64_t process = 0;  // higher: a later start of the node's process
  Time certificate_expires;
  bool keeps = false;     // what it sends, until that is acknowledged
  uint64_t resumes = 0;   // the session it would go on with; 0: none
  uint64_t received = 0;  // messages of that session
};

// A stream of a node, from its Hello on. Thread-safe; nothing blocks.
class NodeStream {
 public:
  virtual ~NodeStream() = default;

  virtual const NodeHello& hello() const = 0;

  // Ends it; the node is told why.
  virtual void Close(const Status& why) = 0;

  // ---- for the session whose messages it carries ----

  // Call before the others. Instead of a session that has called none of them there may be another.
  virtual void Carry(std::shared_ptr<NodeSession> session) = 0;
  virtual void ReadOn() = 0;   // the next message, or those up to it that are no session's
  virtual void WriteOn() = 0;  // there is something to write
};

// One node, as the rest of the coordinator sees it: over one stream, or several one after the other
// when links are lost. Thread-safe; nothing blocks, and nothing happens any more once it is closed.
class Attachment {
 public:
  virtual ~Attachment() = default;

  virtual const NodeHello& hello() const = 0;  // of its first stream

  // In order, and again over the next stream if need be.
  virtual void Send(v1::ToNode message) = 0;
  virtual void Send(federation::PeerMessage message) = 0;

  // Passes on a chunk that another node sent. Calls `resume` once there is room for the next: at
  // once, or later from another thread.
  virtual void Forward(v1::PeerChunk& chunk, std::function<void()> resume) = 0;

  // Only over the present stream; lost if there is none.
  virtual void Beat(uint64_t sequence) = 0;

  // Goes on over a stream of the same site and process that asks for it, after `welcome`. False if
  // it asks for something else, or for what is no longer here: then all is over.
  virtual bool Resume(const std::shared_ptr<NodeStream>& stream, v1::ToNode welcome) = 0;

  // Closes the present stream only.
  virtual void Break(const Status& why) = 0;
  // This stream is over. True if it was the present one: there is none then.
  virtual bool Lost(const NodeStream& stream) = 0;
  virtual bool has_stream() const = 0;

  // Ends all; the node is told why.
  virtual void Close(const Status& why) = 0;
  virtual bool closed() const = 0;

  // When the node was last heard; now, while what it sent waits for another node to take it.
  virtual Time last_heard() const = 0;
};

// What streams report. Called from gRPC's threads, for one stream one at a time.
class AttachmentEvents {
 public:
  virtual ~AttachmentEvents() = default;

  // After a Hello that was in order. Nothing more is read until it carries a session.
  virtual void Arrived(const std::shared_ptr<NodeStream>& stream) = 0;
  virtual void Said(const std::string& site, v1::FromNode message) = 0;
  // A chunk for another site. No other message of this node is read until `resume` is called.
  virtual void Sent(v1::PeerChunk& chunk, std::function<void()> resume) = 0;
  // Last, if it arrived.
  virtual void Left(const std::shared_ptr<NodeStream>& stream) = 0;
};

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_ATTACHMENT_H_
