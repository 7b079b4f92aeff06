#ifndef CONSILIUM_BASE_WIRE_TCP_H_
#define CONSILIUM_BASE_WIRE_TCP_H_

#include <csignal>

#include "base/clock.h"
#include "base/status.h"
#include "base/wire/channel.h"

namespace consilium::wire {

// A connected, non-blocking TCP socket; closed with the object.
class Socket {
 public:
  // Tries every address of the host. The error says whether the name is unknown, nobody listens or
  // nobody answers, and who must act.
  static StatusOr<Socket> Connect(const HostPort& target, Duration timeout);

  Socket(Socket&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  Socket& operator=(Socket&&) = delete;
  ~Socket();

  int descriptor() const { return descriptor_; }

  enum class Direction { kRead, kWrite };
  // Waits until the socket can be read or written; false when `timeout` passed first.
  bool Wait(Direction direction, Duration timeout) const;

 private:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

// While it lives, writing to a connection that the other side closed is an error and no signal, in
// this thread.
class NoBrokenPipeSignal {
 public:
  NoBrokenPipeSignal();
  ~NoBrokenPipeSignal();
  NoBrokenPipeSignal(const NoBrokenPipeSignal&) = delete;
  NoBrokenPipeSignal& operator=(const NoBrokenPipeSignal&) = delete;

 private:
  sigset_t before_;
};

}  // namespace consilium::wire

#endif  // CONSILIUM_BASE_WIRE_TCP_H_
