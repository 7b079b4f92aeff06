#ifndef CONSILIUM_MODULES_SCHEDULE_WEIGHTED_SUM_H_
#define CONSILIUM_MODULES_SCHEDULE_WEIGHTED_SUM_H_

#include <algorithm>
#include <span>

#include "base/status.h"
#include "modules/numbers.h"
#include "modules/slices.h"

namespace consilium::schedule {

// Refuses a part of a weighted sum, the numbers from number `first` of the blocks on, with one that
// its block's weight does not allow: beyond kLargestNumber times the weight, so other than 0 where
// that is 0. Then no mean is beyond kLargestNumber either.
template <typename Scalar>
Status CheckSum(std::span<const Block> blocks, std::span<const double> weights, size_t first,
                std::span<const Scalar> numbers) {
  const size_t end = first + numbers.size();
  for (size_t b = 0; b < blocks.size(); ++b) {
    const size_t from = std::max(first, blocks[b].offset);
    const size_t to = std::min(end, blocks[b].offset + blocks[b].size);
    if (from >= to) continue;
    const double most = static_cast<double>(kLargestNumber<Scalar>) * std::min(weights[b], 1e15);
    RETURN_IF_ERROR(CheckWithin("weighted sum", numbers.subspan(from - first, to - from),
                                static_cast<Scalar>(most)));
  }
  return OkStatus();
}

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_WEIGHTED_SUM_H_
