#ifndef CONSILIUM_SERVER_FEDERATION_WIRE_SESSION_END_H_
#define CONSILIUM_SERVER_FEDERATION_WIRE_SESSION_END_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>

#include "base/status.h"
#include "server/federation/wire/kept_messages.h"
#include "server/federation/wire/outbox.h"

namespace consilium::federation {

struct SessionLimits {
  // Of what was written and is not acknowledged. More than two streams hold unread between them,
  // then what the other end still needs is always here; docs/formats/session.md.
  size_t most_kept = size_t{2} << 20;
  size_t acknowledge_every = size_t{512} << 10;
};

// One end of a session between a node and the coordinator, which outlives the streams that carry
// it: what waits to be said, what was and may have to be said again, and how much was heard.
// `Message` is what this end says, v1::FromNode or v1::ToNode. The number of a message is its place
// in the session; it is not sent. Not thread-safe.
template <typename Message>
class SessionEnd {
 public:
  explicit SessionEnd(SessionLimits limits = {}) : limits_(limits), kept_(limits.most_kept) {}

  // ---- what is to be said ----

  void Push(Message message, size_t bytes = 0) { waiting_.Push(std::move(message), bytes); }
  void Push(PeerMessage message) { waiting_.Push(std::move(message)); }

  // Of the stream and not of the session: Hello, Welcome, Heartbeat. Goes first, and is lost with
  // the stream.
  void Say(Message message) { of_stream_.push_back(std::move(message)); }

  size_t bytes_waiting() const { return waiting_.bytes(); }  // of peer messages
  size_t bytes_kept() const { return kept_.bytes(); }

  // ---- the stream ----

  // A stream is open, to an end that has heard `received` of this one's messages: goes on with the
  // next. `keeps`: the other end acknowledges, and so does this one. DataLoss if that message is no
  // longer here, InvalidArgument if it was never said; nothing has changed then.
  Status Link(uint64_t received, bool keeps) {
    RETURN_IF_ERROR(kept_.GoOnAfter(received));
    owed_ = 0;
    linked_ = true;
    keeps_ = keeps;
    return OkStatus();
  }
  // The stream is lost, with what was written to it and may not have arrived.
  void Unlink() {
    linked_ = false;
    of_stream_.clear();
  }
  bool linked() const { return linked_; }
  // Nothing will be said any more.
  void Clear() {
    waiting_.Clear();
    of_stream_.clear();
    kept_.Clear();
  }

  // ---- what is written ----

  bool HasNext() const {
    if (!of_stream_.empty()) return true;
    return linked_ && (kept_.again() > 0 || !waiting_.empty() || Owes());
  }

  // The next message to write; it stays as it is. Requires HasNext().
  std::shared_ptr<const Message> Next() {
    if (!of_stream_.empty()) return NextOfStream();
    if (Owes()) return Acknowledge();
    if (kept_.again() > 0) return kept_.Again();
    auto next = std::make_shared<const Message>(waiting_.Next());
    if (keeps_) {
      kept_.Add(next);
    } else {
      kept_.Skip();
    }
    return next;
  }

  // ---- what is heard ----

  // Of all messages but Hello and Welcome, in order. InvalidArgument for an acknowledgement of what
  // was not written.
  template <typename Heard>
  Status Hear(const Heard& message) {
    if (message.has_heartbeat()) return kept_.Acknowledged(message.heartbeat().received());
    const auto& acknowledgement = message.acknowledgement();
    if (message.has_acknowledgement()) return kept_.Acknowledged(acknowledgement.received());
    ++received_;
    owed_ += CostOf(message);
    return OkStatus();
  }
  uint64_t received() const { return received_; }

 private:
  // What keeping a message costs beside its bytes.
  static constexpr size_t kMessageCost = 256;

  // Chunks are smaller the more sites there are, so that all of them together are no more: two of
  // a message are acknowledged, whatever their size.
  template <typename Heard>
  size_t CostOf(const Heard& message) const {
    const size_t cost = message.ByteSizeLong() + kMessageCost;
    const auto& chunk = message.peer();
    const bool divided = chunk.bytes().size() < chunk.total_bytes();
    return divided ? std::max(cost, limits_.acknowledge_every / 2) : cost;
  }

  bool Owes() const { return linked_ && keeps_ && owed_ >= limits_.acknowledge_every; }

  std::shared_ptr<const Message> NextOfStream() {
    auto next = std::make_shared<Message>(std::move(of_stream_.front()));
    of_stream_.pop_front();
    if (!next->has_heartbeat()) return next;
    next->mutable_heartbeat()->set_received(received_);
    owed_ = 0;
    return next;
  }

  std::shared_ptr<const Message> Acknowledge() {
    auto next = std::make_shared<Message>();
    next->mutable_acknowledgement()->set_received(received_);
    owed_ = 0;
    return next;
  }

  const SessionLimits limits_;
  Outbox<Message> waiting_;
  std::deque<Message> of_stream_;
  KeptMessages<Message> kept_;
  bool linked_ = false;
  bool keeps_ = false;
  uint64_t received_ = 0;
  size_t owed_ = 0;  // received since the last acknowledgement
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_WIRE_SESSION_END_H_
