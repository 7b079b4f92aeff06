#ifndef CONSILIUM_LAB_AIR_SKETCH_H_
#define CONSILIUM_LAB_AIR_SKETCH_H_

#include <cstdint>
#include <memory>

#include "lab/air/air_scheme.h"
#include "modules/compress/low_rank.h"

namespace consilium::air {

// Count-mean sketch: each value is added with a pseudo-random sign to one of ratio x size buckets
// of its tensor and read from there again, which is right in the mean over the hashes. Hashes are
// the same at all sites and new in each round; there is no error feedback, with which it does not
// converge (docs/papers.md, LASER). One row of hashes: the mean of several with as many buckets in
// all has the same variance.
template <typename Scalar>
std::unique_ptr<AirScheme<Scalar>> MakeSketch(const compress::LowRankLayout& layout, double ratio,
                                              uint64_t seed);

}  // namespace consilium::air

#endif  // CONSILIUM_LAB_AIR_SKETCH_H_
