#ifndef CONSILIUM_SERVER_DATA_IMAGE_H_
#define CONSILIUM_SERVER_DATA_IMAGE_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

// Grey images of PGM and PNG files, as docs/formats/mapping.md says. The bytes may be hostile.
namespace consilium::data {

inline constexpr int kMostImageSide = 1024;
inline constexpr size_t kMostImageBytes = size_t{16} << 20;

// The grey values row by row, from 0 (black) to 1 (white). PGM is P2 or P5 of 8 or 16 bits; PNG is
// of any kind: colours become 0.299 R + 0.587 G + 0.114 B, transparency and gamma are ignored.
// An image of another size is refused by its header, before anything is allocated. `what` names
// the bytes in errors. Requires sides of 1 to kMostImageSide.
StatusOr<std::vector<float>> DecodeImage(std::string_view bytes, int width, int height,
                                         std::string_view what);

// A PGM (P5) of 8 bits. Requires width * height numbers from 0 to 1.
std::string EncodePgm(std::span<const float> grey, int width, int height);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_IMAGE_H_
