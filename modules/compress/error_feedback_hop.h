#ifndef CONSILIUM_MODULES_COMPRESS_ERROR_FEEDBACK_HOP_H_
#define CONSILIUM_MODULES_COMPRESS_ERROR_FEEDBACK_HOP_H_

#include <memory>

#include "modules/compress/hop_codec.h"
#include "modules/compress/vector_codec.h"

namespace consilium::compress {

// Error feedback around any compressor C: M = values + e is to be said, C(M) is, then e = M - C(M).
//
// The state: e.
template <typename Scalar>
std::unique_ptr<HopCodec<Scalar>> MakeErrorFeedbackHop(VectorCodec<Scalar> codec);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_ERROR_FEEDBACK_HOP_H_
