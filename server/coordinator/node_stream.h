#ifndef CONSILIUM_SERVER_COORDINATOR_NODE_STREAM_H_
#define CONSILIUM_SERVER_COORDINATOR_NODE_STREAM_H_

#include "server/coordinator/attachment.h"
#include "server/coordinator/stream_bytes.h"
#include "server/federation/wire/carried.h"

namespace grpc {
class CallbackServerContext;
template <class Request, class Response>
class ServerBidiReactor;
}  // namespace grpc

namespace consilium::coordinator {

struct NodeStreamOptions {
  // Count what all streams carry, from nodes and to them; null: not counted. Must outlive the
  // server.
  federation::CarriedByLink* from_nodes = nullptr;
  federation::CarriedByLink* to_nodes = nullptr;
  StreamBytes* bytes = nullptr;  // likewise, of all messages, by site
};

// The reactor of one Attach call; it deletes itself when the call is over. `events` must outlive
// the server.
grpc::ServerBidiReactor<v1::FromNode, v1::ToNode>* NewNodeStream(
    const NodeStreamOptions& options, AttachmentEvents& events,
    grpc::CallbackServerContext& context);

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_NODE_STREAM_H_
