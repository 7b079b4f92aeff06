#ifndef CONSILIUM_MODULES_COMPRESS_INDEX_PACK_H_
#define CONSILIUM_MODULES_COMPRESS_INDEX_PACK_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace consilium::compress {

// Ascending indices below `size`, as the gaps between them in a Golomb-Rice code, which is within a
// few percent of the least bits where the indices are anywhere: with b = RiceBits, gap / 2^b ones
// and a zero, then the gap's low b bits; the lowest bits of a byte first, the last byte filled with
// zeros.
int RiceBits(size_t size, size_t count);

void PackIndices(std::span<const uint32_t> indices, size_t size, ByteWriter& writer);

// Fills `indices`. False if the bytes end too early, or hold what PackIndices never writes.
bool UnpackIndices(ByteReader& reader, size_t size, std::span<uint32_t> indices);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_INDEX_PACK_H_
