#include "server/node/backoff.h"

#include <algorithm>

namespace consilium::node {

Duration Backoff::Next() {
  constexpr double kFirstSeconds = 0.05;
  constexpr int kMostDoublings = 20;
  const double doubled =
      kFirstSeconds * static_cast<double>(1 << std::min(failures_, kMostDoublings));
  ++failures_;
  const double most = std::min(doubled, ToSeconds(longest_));
  return Seconds(most * (0.5 + 0.5 * random_.Uniform()));
}

}  // namespace consilium::node
