#ifndef CONSILIUM_SERVER_DATA_IMAGE_FORMATS_H_
#define CONSILIUM_SERVER_DATA_IMAGE_FORMATS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/status.h"

// What DecodeImage chooses among, by the first bytes.
namespace consilium::data {

struct ImageSize {
  int width = 0;
  int height = 0;
};

Status CheckSize(uint64_t width, uint64_t height, ImageSize expected, std::string_view what);

bool IsPgm(std::string_view bytes);
bool IsPng(std::string_view bytes);

StatusOr<std::vector<float>> DecodePgm(std::string_view bytes, ImageSize expected,
                                       std::string_view what);
StatusOr<std::vector<float>> DecodePng(std::string_view bytes, ImageSize expected,
                                       std::string_view what);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_IMAGE_FORMATS_H_
