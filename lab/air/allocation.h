#ifndef CONSILIUM_LAB_AIR_ALLOCATION_H_
#define CONSILIUM_LAB_AIR_ALLOCATION_H_

#include <cstddef>
#include <span>
#include <vector>

#include "base/status.h"

namespace consilium::air {

// A stretch of a signal with a scale and a power of its own: a tensor, or a column of its factor.
struct Segment {
  size_t offset = 0;  // in the signal; segments follow one another without gaps
  size_t size = 0;
  int tensor = 0;  // ascending; the segments of one tensor share its power
  int block = 0;   // the block of the shape whose weights count for it

  bool operator==(const Segment&) const = default;
};

// How a site's power divides: over the tensors in proportion to ||c||^exponent of what is sent for
// them, and within a tensor over its segments likewise (docs/papers.md, LASER: its "norm" is
// exponent 1). 0 gives all the same.
struct AllocationOptions {
  double exponent = 1;
  double column_exponent = 1;
};

// Refuses exponents that are negative or not finite.
Status CheckAllocation(const AllocationOptions& options);

// The Frobenius norm of each segment of a signal. Scalar is float or double.
template <typename Scalar>
std::vector<double> SegmentNorms(std::span<const Scalar> signal, std::span<const Segment> segments);

// Each segment's share of the power, in sum 1: the mean over the sites of the shares that each
// would give by its own norms, norms[site][segment]. A site that has nothing to send has no say; if
// none has, all tensors get the same. Refuses norms that are negative, not finite, or not one for
// each segment.
StatusOr<std::vector<double>> PowerShares(std::span<const Segment> segments,
                                          std::span<const std::vector<double>> norms,
                                          const AllocationOptions& options);

}  // namespace consilium::air

#endif  // CONSILIUM_LAB_AIR_ALLOCATION_H_
