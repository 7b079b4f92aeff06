#ifndef CONSILIUM_LAB_AIR_LASER_H_
#define CONSILIUM_LAB_AIR_LASER_H_

#include <memory>

#include "lab/air/air_scheme.h"
#include "modules/compress/low_rank.h"
#include "modules/compress/mean_codec.h"

namespace consilium::air {

// LASER (docs/papers.md, LASER): PowerSGD with one multiplication a round, whose factors go through
// the channel,
//   even:  A = orth(P);  c_i := M_i' A;  e_i := M_i - A c_i';  Q := mean on the air;  D := A Q'
//   odd:   A = orth(Q);  c_i := M_i A;   e_i := M_i - c_i A';  P := mean on the air;  D := P A'
// The error is that of this site's own factor, without the channel's noise; the next direction is
// the factor that was received, with it. Tensors that low rank would not make smaller go as they
// are, without error feedback. Orthonormal per matrix.
//
// `power_sgd` is made for the same layout, with one iteration, and at its beginning. With `columns`
// each column of a factor is a segment of its own, otherwise each factor is one.
template <typename Scalar>
std::unique_ptr<AirScheme<Scalar>> MakeLaser(
    const compress::LowRankLayout& layout, bool columns,
    std::unique_ptr<compress::MeanCodec<Scalar>> power_sgd);

}  // namespace consilium::air

#endif  // CONSILIUM_LAB_AIR_LASER_H_
