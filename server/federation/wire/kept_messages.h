#ifndef CONSILIUM_SERVER_FEDERATION_WIRE_KEPT_MESSAGES_H_
#define CONSILIUM_SERVER_FEDERATION_WIRE_KEPT_MESSAGES_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>

#include "base/status.h"

namespace consilium::federation {

// What one end of a session has said and may have to say again: the latest messages, in order, of
// at most so many bytes. The number of a message is its place in the session. Not thread-safe.
template <typename Message>
class KeptMessages {
 public:
  explicit KeptMessages(size_t most_bytes) : most_bytes_(most_bytes) {}

  // The next message of the session, just written. Beyond the bound the oldest is forgotten rather
  // than anything held up: were writing to wait for an acknowledgement, two sites could wait for
  // one another's. Requires again() == 0.
  void Add(std::shared_ptr<const Message> message) {
    ++said_;
    const size_t bytes = message->ByteSizeLong();
    kept_.push_back({std::move(message), bytes});
    bytes_ += bytes;
    while (bytes_ > most_bytes_) Forget();
  }
  // The same, of one that is not kept.
  void Skip() { ++said_; }

  // So many messages are to be written again.
  size_t again() const { return again_; }
  // The next of them. Requires again() > 0.
  std::shared_ptr<const Message> Again() { return kept_[kept_.size() - again_--].message; }

  // The other end has this many, and all others are to be written again. DataLoss if the first of
  // these is not here, InvalidArgument if it was never said; nothing has changed then.
  Status GoOnAfter(uint64_t received) {
    if (received > said_) {
      return InvalidArgument("the other end has heard {} messages of {}", received, said_);
    }
    if (received < First()) {
      return DataLoss("the other end has heard {} messages, and the first kept here is number {}",
                      received, First());
    }
    ForgetBefore(received);
    again_ = kept_.size();
    return OkStatus();
  }

  // The other end has this many; the same number again, or a lower one, says nothing new.
  // InvalidArgument if so many were not written.
  Status Acknowledged(uint64_t received) {
    const uint64_t written = said_ - again_;
    if (received > written) {
      return InvalidArgument("the other end acknowledges {} messages of {}", received, written);
    }
    ForgetBefore(received);
    return OkStatus();
  }

  void Clear() {
    kept_.clear();
    bytes_ = again_ = 0;
  }
  size_t bytes() const { return bytes_; }

 private:
  struct Kept {
    std::shared_ptr<const Message> message;
    size_t bytes = 0;
  };

  uint64_t First() const { return said_ - kept_.size(); }
  void ForgetBefore(uint64_t number) {
    while (First() < number && !kept_.empty()) Forget();
  }
  void Forget() {
    bytes_ -= kept_.front().bytes;
    kept_.pop_front();
  }

  const size_t most_bytes_;
  uint64_t said_ = 0;  // messages of the session
  std::deque<Kept> kept_;
  size_t again_ = 0;  // so many at its end
  size_t bytes_ = 0;
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_WIRE_KEPT_MESSAGES_H_
