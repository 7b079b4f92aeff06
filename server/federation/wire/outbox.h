#ifndef CONSILIUM_SERVER_FEDERATION_WIRE_OUTBOX_H_
#define CONSILIUM_SERVER_FEDERATION_WIRE_OUTBOX_H_

#include <cstddef>
#include <deque>
#include <utility>
#include <variant>

#include "server/federation/wire/chunks.h"

namespace consilium::federation {

// What waits to be written to one stream, in order. `Message` is v1::FromNode or v1::ToNode. A peer
// message is divided only as it is written. Not thread-safe.
template <typename Message>
class Outbox {
 public:
  void Push(Message message, size_t bytes = 0) {
    bytes_ += bytes;
    waiting_.push_back({std::move(message), bytes});
  }
  // What waits of older generations of its run is dropped: nobody would take it.
  void Push(PeerMessage message) {
    std::erase_if(waiting_, [&](const Entry& entry) {
      const auto* divider = std::get_if<MessageDivider>(&entry.content);
      const bool stale = divider != nullptr && divider->IsOfOlderGenerationThan(message);
      if (stale) bytes_ -= entry.bytes;
      return stale;
    });
    const size_t bytes = message.body.size();
    bytes_ += bytes;
    waiting_.push_back({MessageDivider(std::move(message)), bytes});
  }

  bool empty() const { return waiting_.empty(); }
  size_t bytes() const { return bytes_; }  // that wait, of peer messages

  // The next message to write. Requires !empty().
  Message Next() {
    Entry& entry = waiting_.front();
    Message next;
    bool done = true;
    size_t written = entry.bytes;
    if (auto* divider = std::get_if<MessageDivider>(&entry.content)) {
      divider->Next(*next.mutable_peer());
      done = divider->done();
      if (!done) written = next.peer().bytes().size();
    } else {
      next = std::move(std::get<Message>(entry.content));
    }
    bytes_ -= written;
    entry.bytes -= written;
    if (done) waiting_.pop_front();
    return next;
  }

  void Clear() {
    waiting_.clear();
    bytes_ = 0;
  }

 private:
  struct Entry {
    std::variant<Message, MessageDivider> content;
    size_t bytes = 0;
  };
  std::deque<Entry> waiting_;
  size_t bytes_ = 0;
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_WIRE_OUTBOX_H_
