#ifndef CONSILIUM_LAB_AIR_Z_SGD_H_
#define CONSILIUM_LAB_AIR_Z_SGD_H_

#include <memory>

#include "lab/air/air_scheme.h"
#include "modules/compress/low_rank.h"

namespace consilium::air {

// Z-SGD: the values as they are, each tensor a segment, without error feedback.
template <typename Scalar>
std::unique_ptr<AirScheme<Scalar>> MakeZSgd(const compress::LowRankLayout& layout);

}  // namespace consilium::air

#endif  // CONSILIUM_LAB_AIR_Z_SGD_H_
