#ifndef CONSILIUM_SERVER_FEDERATION_COMPRESSION_PLAN_H_
#define CONSILIUM_SERVER_FEDERATION_COMPRESSION_PLAN_H_

#include "base/toml.h"
#include "modules/compress/compressor_options.h"

namespace consilium::federation {

// Reads a plan's [compression]: the kind, a name of AllCompressors; the options that all plans may
// say, whatever the kind (SharedOptions); and those that the kind declares for itself. Complains of
// what is out of the declared ranges.
void ReadCompressor(TomlTable& table, compress::CompressorOptions& options);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_COMPRESSION_PLAN_H_
