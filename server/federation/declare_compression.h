#ifndef CONSILIUM_SERVER_FEDERATION_DECLARE_COMPRESSION_H_
#define CONSILIUM_SERVER_FEDERATION_DECLARE_COMPRESSION_H_

#include "base/fields.h"
#include "modules/compress/compressor_options.h"

namespace consilium::federation {

// The keys of a plan's [compression]: the kind, a name of AllCompressors; the options that all
// plans may say, whatever the kind (SharedOptions); and those that the kind declares for itself.
void DeclareCompression(Fields& fields, compress::CompressorOptions& options);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_DECLARE_COMPRESSION_H_
