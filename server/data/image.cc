#include "server/data/image.h"

#include <cmath>

#include "server/data/image_formats.h"

namespace consilium::data {

Status CheckSize(uint64_t width, uint64_t height, ImageSize expected, std::string_view what) {
  if (width == static_cast<uint64_t>(expected.width) &&
      height == static_cast<uint64_t>(expected.height)) {
    return OkStatus();
  }
  return InvalidArgument("{}: an image of {} x {}, expected {} x {} (width x height)", what, width,
                         height, expected.width, expected.height);
}

StatusOr<std::vector<float>> DecodeImage(std::string_view bytes, int width, int height,
                                         std::string_view what) {
  if (bytes.size() > kMostImageBytes) {
    return InvalidArgument("{}: {} bytes, expected an image of at most {}", what, bytes.size(),
                           kMostImageBytes);
  }
  const ImageSize expected{width, height};
  if (IsPgm(bytes)) return DecodePgm(bytes, expected, what);
  if (IsPng(bytes)) return DecodePng(bytes, expected, what);
  return InvalidArgument("{}: no image, expected a PGM (P2 or P5) or a PNG", what);
}

std::string EncodePgm(std::span<const float> grey, int width, int height) {
  std::string bytes = fmt::format("P5\n{} {}\n255\n", width, height);
  for (const float value : grey) bytes += static_cast<char>(std::lround(value * 255));
  return bytes;
}

}  // namespace consilium::data
