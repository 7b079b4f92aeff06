#ifndef CONSILIUM_TESTS_SUPPORT_CUTTING_LINK_H_
#define CONSILIUM_TESTS_SUPPORT_CUTTING_LINK_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace consilium::testing {

// A link that breaks: a port of 127.0.0.1 whose connections lead to another one, each for so many
// bytes, both ways together; then both of its ends are reset, and what was under way is lost.
class CuttingLink {
 public:
  // `bytes` of the connection of this number, from 0; 0: it is not cut. Throws if there is no port.
  CuttingLink(const std::string& target, std::function<size_t(int connection)> bytes);
  ~CuttingLink();
  CuttingLink(const CuttingLink&) = delete;
  CuttingLink& operator=(const CuttingLink&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int cuts() const { return cuts_; }

 private:
  void Accept();
  void Carry(int near, size_t bytes);

  const int target_port_;
  const std::function<size_t(int)> bytes_;
  int listening_ = -1;
  int port_ = 0;
  std::atomic<int> cuts_ = 0;
  std::atomic<bool> stopped_ = false;
  std::vector<std::thread> connections_;  // of the accepting thread, then of the destructor
  std::thread accepting_;
};

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SUPPORT_CUTTING_LINK_H_
