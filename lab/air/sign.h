#ifndef CONSILIUM_LAB_AIR_SIGN_H_
#define CONSILIUM_LAB_AIR_SIGN_H_

#include <memory>

#include "lab/air/air_scheme.h"
#include "modules/compress/low_rank.h"

namespace consilium::air {

// Signum over the air: every site sends the signs of its values and all take the sign of what is
// heard, a majority vote, without error feedback. With `magnitudes` a further number for each
// tensor is the mean magnitude of its values, and the mean of that scales the signs.
template <typename Scalar>
std::unique_ptr<AirScheme<Scalar>> MakeSign(const compress::LowRankLayout& layout, bool magnitudes);

}  // namespace consilium::air

#endif  // CONSILIUM_LAB_AIR_SIGN_H_
