#ifndef CONSILIUM_MODULES_COMPRESS_IDENTITY_H_
#define CONSILIUM_MODULES_COMPRESS_IDENTITY_H_

#include <memory>

#include "modules/compress/edge_codec.h"
#include "modules/compress/link_codec.h"
#include "modules/compress/mean_codec.h"
#include "modules/slices.h"

namespace consilium::compress {

// No compression: every number as it is, nothing kept. Scalar is float or double.
template <typename Scalar>
std::unique_ptr<LinkCodec<Scalar>> MakeIdentityLink(const FlatShape& shape);
template <typename Scalar>
std::unique_ptr<EdgeCodec<Scalar>> MakeIdentityEdge(const FlatShape& shape);
template <typename Scalar>
std::unique_ptr<MeanCodec<Scalar>> MakeIdentityMean(const FlatShape& shape);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_IDENTITY_H_
