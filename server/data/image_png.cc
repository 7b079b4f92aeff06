#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>

#include "server/data/image_formats.h"

namespace consilium::data {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
constexpr png_alloc_size_t kMostChunkBytes = png_alloc_size_t{1} << 20;

// Where libpng reads from, and what it complained about.
struct Source {
  std::string_view rest;
  char complaint[80] = "";
};

void Read(png_structp png, png_bytep to, size_t count) {
  Source& source = *static_cast<Source*>(png_get_io_ptr(png));
  if (count > source.rest.size()) png_error(png, "ends too early");
  std::memcpy(to, source.rest.data(), count);
  source.rest.remove_prefix(count);
}

[[noreturn]] void Fail(png_structp png, png_const_charp message) {
  Source& source = *static_cast<Source*>(png_get_error_ptr(png));
  std::strncpy(source.complaint, message, sizeof(source.complaint) - 1);
  png_longjmp(png, 1);
}

void Ignore(png_structp, png_const_charp) {}

// Owns libpng's structures. Nothing with a destructor may be made between the setjmp of one of its
// functions and the calls that may fail: each of them jumps out of libpng.
class PngReader {
 public:
  explicit PngReader(std::string_view bytes) {
    source_.rest = bytes;
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source_, Fail, Ignore);
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  const char* complaint() const { return source_.complaint; }

  // Reads the header. False: see complaint().
  bool ReadHeader() {
    if (info_ == nullptr) return false;
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_read_fn(png_, &source_, Read);
    png_set_chunk_malloc_max(png_, kMostChunkBytes);
    png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // the caller compares
    png_read_info(png_, info_);
    return true;
  }
  uint32_t width() const { return png_get_image_width(png_, info_); }
  uint32_t height() const { return png_get_image_height(png_, info_); }

  // After the header: samples as bytes or big-endian pairs, grey or colour, without transparency.
  bool Prepare() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_expand(png_);
    png_set_strip_alpha(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    return true;
  }
  size_t channels() const { return png_get_channels(png_, info_); }
  size_t sample_bytes() const { return png_get_bit_depth(png_, info_) / 8; }
  size_t row_bytes() const { return png_get_rowbytes(png_, info_); }

  // Requires as many rows as the image is high, of row_bytes() each.
  bool ReadRows(png_bytepp rows) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_read_image(png_, rows);
    png_read_end(png_, nullptr);
    return true;
  }

 private:
  Source source_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

float Sample(const unsigned char* at, size_t bytes) {
  return bytes == 1 ? static_cast<float>(at[0]) / 255
                    : static_cast<float>(at[0] << 8 | at[1]) / 65535;
}

float Grey(const unsigned char* at, size_t channels, size_t bytes) {
  if (channels < 3) return Sample(at, bytes);
  const float grey = 0.299f * Sample(at, bytes) + 0.587f * Sample(at + bytes, bytes) +
                     0.114f * Sample(at + 2 * bytes, bytes);
  return std::min(grey, 1.0f);
}

Status Broken(const PngReader& reader, std::string_view what) {
  return InvalidArgument("{}: a broken PNG ({}), expected a whole one", what, reader.complaint());
}

}  // namespace

bool IsPng(std::string_view bytes) { return bytes.starts_with(kSignature); }

StatusOr<std::vector<float>> DecodePng(std::string_view bytes, ImageSize expected,
                                       std::string_view what) {
  PngReader reader(bytes);
  if (!reader.ReadHeader()) return Broken(reader, what);
  RETURN_IF_ERROR(CheckSize(reader.width(), reader.height(), expected, what));
  if (!reader.Prepare()) return Broken(reader, what);
  const auto width = static_cast<size_t>(expected.width);
  const auto height = static_cast<size_t>(expected.height);
  const size_t channels = reader.channels(), each = reader.sample_bytes();
  std::vector<unsigned char> samples(reader.row_bytes() * height);
  std::vector<unsigned char*> rows;
  for (size_t y = 0; y < height; ++y) rows.push_back(samples.data() + y * reader.row_bytes());
  if (!reader.ReadRows(rows.data())) return Broken(reader, what);
  std::vector<float> grey;
  grey.reserve(width * height);
  for (size_t y = 0; y < height; ++y) {
    for (size_t x = 0; x < width; ++x) {
      grey.push_back(Grey(rows[y] + x * channels * each, channels, each));
    }
  }
  return grey;
}

}  // namespace consilium::data
