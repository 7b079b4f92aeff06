#ifndef CONSILIUM_SERVER_COORDINATOR_NODE_SESSION_H_
#define CONSILIUM_SERVER_COORDINATOR_NODE_SESSION_H_

#include <cstddef>
#include <memory>

#include "server/coordinator/attachment.h"

namespace consilium::coordinator {

struct NodeSessionOptions {
  uint64_t number = 0;                   // of the session: no other has it
  size_t queue_bytes = size_t{1} << 20;  // that may wait for this node
};

// The coordinator's end of a session with a node, docs/formats/session.md: an Attachment, and what
// its streams ask of it. Thread-safe.
class NodeSession : public Attachment {
 public:
  // Begins over `stream` with `welcome`. `clock` must outlive it.
  static std::shared_ptr<NodeSession> Begin(const NodeSessionOptions& options, const Clock& clock,
                                            const std::shared_ptr<NodeStream>& stream,
                                            v1::ToNode welcome);

  // Of each message that `stream` has read. False: it is not the present stream, whose next
  // message this is not. Of a message of the session, Taken is to be called when the next one may
  // be read; of others, the stream reads on by itself. Fails if the node breaks the protocol.
  virtual StatusOr<bool> Take(const NodeStream& stream, const v1::FromNode& message) = 0;
  virtual void Taken() = 0;

  // What `stream` is to write next, or null. `more`: another waits already.
  virtual std::shared_ptr<const v1::ToNode> Next(const NodeStream& stream, bool& more) = 0;
  // Something was written: lets those go on who wait for room, if there is any.
  virtual void Written() = 0;
};

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_NODE_SESSION_H_
