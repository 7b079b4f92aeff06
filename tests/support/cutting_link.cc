#include "tests/support/cutting_link.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace consilium::testing {
namespace {

constexpr int kLookEvery = 20;  // milliseconds, at whether all is over

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

void Reset(int end) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(end, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(end);
}

bool WriteAll(int end, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t written = send(end, bytes, size, MSG_NOSIGNAL);
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

// Of what waits at `from`, at most `most`: how much went to `to`; 0: the connection is over.
size_t Pass(int from, int to, size_t most) {
  std::array<char, 1 << 16> buffer;
  const ssize_t size = recv(from, buffer.data(), std::min(buffer.size(), most), 0);
  if (size <= 0 || !WriteAll(to, buffer.data(), static_cast<size_t>(size))) return 0;
  return static_cast<size_t>(size);
}

}  // namespace

CuttingLink::CuttingLink(const std::string& target, std::function<size_t(int)> bytes)
    : target_port_(std::stoi(target.substr(target.rfind(':') + 1))), bytes_(std::move(bytes)) {
  listening_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof address;
  if (bind(listening_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listening_, 16) != 0 ||
      getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no port on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { Accept(); });
}

CuttingLink::~CuttingLink() {
  stopped_ = true;
  accepting_.join();
  for (std::thread& connection : connections_) connection.join();
  close(listening_);
}

void CuttingLink::Accept() {
  pollfd waiting{.fd = listening_, .events = POLLIN, .revents = 0};
  while (!stopped_) {
    if (poll(&waiting, 1, kLookEvery) <= 0) continue;
    const int near = accept(listening_, nullptr, nullptr);
    if (near < 0) continue;
    const size_t bytes = bytes_(static_cast<int>(connections_.size()));
    connections_.emplace_back([this, near, bytes] { Carry(near, bytes); });
  }
}

void CuttingLink::Carry(int near, size_t bytes) {
  const int far = socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = Loopback(target_port_);
  bool open = connect(far, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  size_t left = bytes == 0 ? SIZE_MAX : bytes;
  while (open && left > 0 && !stopped_) {
    std::array<pollfd, 2> ends{{{near, POLLIN, 0}, {far, POLLIN, 0}}};
    if (poll(ends.data(), ends.size(), kLookEvery) <= 0) continue;
    for (size_t from = 0; from < 2 && open && left > 0; ++from) {
      if (ends[from].revents == 0) continue;
      const size_t passed = Pass(ends[from].fd, ends[1 - from].fd, left);
      open = passed > 0;
      left -= passed;
    }
  }
  if (left == 0) ++cuts_;
  Reset(near);
  Reset(far);
}

}  // namespace consilium::testing
