#include "base/wire/tcp.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace consilium::wire {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

StatusOr<Addresses> Resolve(const HostPort& target) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int failed = getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &list);
  if (failed != 0) {
    return Unavailable(
        "no address is known for the host \"{}\" ({}): check its spelling and the DNS", target.host,
        gai_strerror(failed));
  }
  return Addresses(list);
}

Status Describe(const HostPort& target, int error, Duration timeout) {
  const std::string where = fmt::format("{}:{}", target.host, target.port);
  if (error == ECONNREFUSED) {
    return Unavailable(
        "nobody listens at {} (connection refused): start the server there, or correct the address",
        where);
  }
  if (error == ETIMEDOUT) {
    return Unavailable(
        "no answer from {} within {:.0f} s: a firewall may drop the packets, or the machine is off",
        where, ToSeconds(timeout));
  }
  return Unavailable("{} cannot be reached: {}: check network and address", where,
                     std::strerror(error));
}

}  // namespace

NoBrokenPipeSignal::NoBrokenPipeSignal() {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, &before_);
}

NoBrokenPipeSignal::~NoBrokenPipeSignal() {
  if (sigismember(&before_, SIGPIPE) == 0) {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    const timespec at_once{};
    while (sigtimedwait(&pipe, nullptr, &at_once) == SIGPIPE) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

Socket::~Socket() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool Socket::Wait(Direction direction, Duration timeout) const {
  pollfd waiting{.fd = descriptor_,
                 .events = static_cast<short>(direction == Direction::kRead ? POLLIN : POLLOUT),
                 .revents = 0};
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count();
  return milliseconds > 0 && poll(&waiting, 1, static_cast<int>(milliseconds)) > 0;
}

StatusOr<Socket> Socket::Connect(const HostPort& target, Duration timeout) {
  ASSIGN_OR_RETURN(const Addresses addresses, Resolve(target));
  int error = 0;
  for (const addrinfo* address = addresses.get(); address; address = address->ai_next) {
    Socket socket(::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.descriptor() < 0) {
      error = errno;
      continue;
    }
    error = connect(socket.descriptor(), address->ai_addr, address->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
      socklen_t size = sizeof error;
      if (!socket.Wait(Direction::kWrite, timeout)) {
        error = ETIMEDOUT;
      } else {
        getsockopt(socket.descriptor(), SOL_SOCKET, SO_ERROR, &error, &size);
      }
    }
    if (error == 0) return socket;
  }
  return Describe(target, error, timeout);
}

}  // namespace consilium::wire
