#ifndef CONSILIUM_MODULES_TRAFFIC_H_
#define CONSILIUM_MODULES_TRAFFIC_H_

#include <cstdint>
#include <span>

// What compress and schedule say of messages, module by module.
namespace consilium {

// Of the messages that one site sent for one block of the flat vector.
struct BlockTraffic {
  uint64_t bytes = 0;        // headers, which belong to no block, not included
  uint64_t numbers = 0;      // that the same messages would have carried without compression
  double squared_error = 0;  // of what the messages say against what they were to say
  double squared_norm = 0;   // of what they were to say

  BlockTraffic& operator+=(const BlockTraffic& other) {
    bytes += other.bytes;
    numbers += other.numbers;
    squared_error += other.squared_error;
    squared_norm += other.squared_norm;
    return *this;
  }
};

// What sends messages and keeps an account of them.
class TrafficAccount {
 public:
  virtual ~TrafficAccount() = default;

  // Adds, to a number for each block of the shape, what the latest messages cost and left out.
  virtual void AddTraffic(std::span<BlockTraffic> by_block) const = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_MODULES_TRAFFIC_H_
