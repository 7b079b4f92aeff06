#ifndef CONSILIUM_MODULES_COMPRESS_DIFFERENCE_EDGE_H_
#define CONSILIUM_MODULES_COMPRESS_DIFFERENCE_EDGE_H_

#include <memory>

#include "modules/compress/edge_codec.h"
#include "modules/compress/vector_codec.h"

namespace consilium::compress {

// CHOCO-gossip on one edge, by any compressor C (docs/papers.md, CHOCO): both ends keep what is
// known of both, x^_low and x^_high. Each end i sends C(x_i - x^_i), then at both ends
//   x^_i += C(x_i - x^_i);   the difference is x^_other - x^_own,
// exactly opposite at the two ends, so the mean is kept whatever C leaves out. As what is known
// lags behind, the shares of the difference must be made smaller by a ConsensusStep for the sites
// to agree in the end.
//
// The state: the number of exchanges; x^_low; x^_high.
template <typename Scalar>
std::unique_ptr<EdgeCodec<Scalar>> MakeDifferenceEdge(VectorCodec<Scalar> codec, EdgeEnd end);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_DIFFERENCE_EDGE_H_
