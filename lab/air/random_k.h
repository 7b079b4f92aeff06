#ifndef CONSILIUM_LAB_AIR_RANDOM_K_H_
#define CONSILIUM_LAB_AIR_RANDOM_K_H_

#include <cstdint>
#include <memory>

#include "lab/air/air_scheme.h"
#include "modules/compress/low_rank.h"

namespace consilium::air {

// Random-k: ratio x size of each tensor's values, chosen anew in each round and the same at all
// sites; the others stay in the error. What is fed back is this site's own, without noise.
template <typename Scalar>
std::unique_ptr<AirScheme<Scalar>> MakeRandomK(const compress::LowRankLayout& layout, double ratio,
                                               uint64_t seed);

}  // namespace consilium::air

#endif  // CONSILIUM_LAB_AIR_RANDOM_K_H_
