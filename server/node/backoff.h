#ifndef CONSILIUM_SERVER_NODE_BACKOFF_H_
#define CONSILIUM_SERVER_NODE_BACKOFF_H_

#include "base/clock.h"
#include "base/random.h"

namespace consilium::node {

// How long to wait before the next attempt: doubling from 50 ms up to `longest`, each a random
// share between half and all of that, so that many nodes do not come back at the same moment.
class Backoff {
 public:
  Backoff(Duration longest, uint64_t seed) : longest_(longest), random_(seed) {}

  Duration Next();
  void Reset() { failures_ = 0; }
  int failures() const { return failures_; }

 private:
  Duration longest_;
  Random random_;
  int failures_ = 0;
};

}  // namespace consilium::node

#endif  // CONSILIUM_SERVER_NODE_BACKOFF_H_
