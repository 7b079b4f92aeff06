#ifndef CONSILIUM_MODULES_COMPRESS_COMPRESSOR_HELP_H_
#define CONSILIUM_MODULES_COMPRESS_COMPRESSOR_HELP_H_

#include <string>

#include "modules/compress/compressor_options.h"

namespace consilium::compress {

// "keep = 0.05", as a plan says it where the option has its default.
std::string DefaultOf(const CompressorOption& option);

// A line for each compressor of the table, and one below it for each of its options with default,
// range and meaning.
std::string CompressorsHelp();

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_COMPRESSOR_HELP_H_
