#ifndef CONSILIUM_MODULES_COMPRESS_DIFFERENCE_LINK_H_
#define CONSILIUM_MODULES_COMPRESS_DIFFERENCE_LINK_H_

#include <memory>

#include "modules/compress/link_codec.h"
#include "modules/compress/vector_codec.h"

namespace consilium::compress {

// A relay link that carries, by any compressor C, the difference between the sender's vector x and
// what the receiver has, R:  R += C(x - R)  at both ends, with the same bits
// (docs/papers.md, Difference coding). What C leaves out is in the next difference, so R follows x
// as fast as C contracts.
//
// The state: the number of messages; R.
template <typename Scalar>
std::unique_ptr<LinkCodec<Scalar>> MakeDifferenceLink(VectorCodec<Scalar> codec);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_DIFFERENCE_LINK_H_
