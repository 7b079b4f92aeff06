#include <algorithm>
#include <optional>

#include "server/data/image_formats.h"

namespace consilium::data {
namespace {

constexpr uint32_t kMostGrey = 65535;

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

// Numbers of a header or of a P2 body, with comments between them.
class PgmText {
 public:
  explicit PgmText(std::string_view rest) : rest_(rest) {}

  // Nullopt at the end, and for what is no number of at most nine digits.
  std::optional<uint32_t> Next() {
    SkipSpace();
    uint32_t number = 0;
    size_t digits = 0;
    for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits) {
      if (digits == 9) return std::nullopt;
      number = number * 10 + static_cast<uint32_t>(rest_[digits] - '0');
    }
    if (digits == 0) return std::nullopt;
    rest_.remove_prefix(digits);
    return number;
  }

  // One white space ends the header of a P5.
  bool EndHeader() {
    if (rest_.empty() || !IsSpace(rest_[0])) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void SkipSpace() {
    while (!rest_.empty()) {
      if (rest_[0] == '#') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else if (IsSpace(rest_[0])) {
        rest_.remove_prefix(1);
      } else {
        return;
      }
    }
  }

  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

StatusOr<std::vector<float>> ReadPlain(PgmText text, size_t pixels, uint32_t white,
                                       std::string_view what) {
  if (text.rest().size() < 2 * pixels) {  // a white space and a digit each
    return InvalidArgument("{}: ends too early, expected {} numbers", what, pixels);
  }
  std::vector<float> grey;
  grey.reserve(pixels);
  while (grey.size() < pixels) {
    const std::optional<uint32_t> value = text.Next();
    if (!value || *value > white) {
      return InvalidArgument("{}: number {} of {} is none from 0 to {}", what, grey.size() + 1,
                             pixels, white);
    }
    grey.push_back(static_cast<float>(*value) / static_cast<float>(white));
  }
  text.SkipSpace();
  if (text.rest().empty()) return grey;
  return InvalidArgument("{}: more after the {} numbers, expected the end", what, pixels);
}

StatusOr<std::vector<float>> ReadRaw(std::string_view bytes, size_t pixels, uint32_t white,
                                     std::string_view what) {
  const size_t each = white < 256 ? 1 : 2;
  if (bytes.size() != each * pixels) {
    return InvalidArgument("{}: {} bytes after the header, expected {}", what, bytes.size(),
                           each * pixels);
  }
  std::vector<float> grey;
  grey.reserve(pixels);
  for (size_t i = 0; i < pixels; ++i) {
    uint32_t value = static_cast<unsigned char>(bytes[each * i]);
    if (each == 2) value = value << 8 | static_cast<unsigned char>(bytes[2 * i + 1]);
    if (value > white) {
      return InvalidArgument("{}: a grey value of {}, expected 0 to {}", what, value, white);
    }
    grey.push_back(static_cast<float>(value) / static_cast<float>(white));
  }
  return grey;
}

}  // namespace

bool IsPgm(std::string_view bytes) {
  return bytes.size() > 2 && bytes[0] == 'P' && (bytes[1] == '2' || bytes[1] == '5') &&
         (IsSpace(bytes[2]) || bytes[2] == '#');
}

StatusOr<std::vector<float>> DecodePgm(std::string_view bytes, ImageSize expected,
                                       std::string_view what) {
  PgmText text(bytes.substr(2));
  const std::optional<uint32_t> width = text.Next();
  const std::optional<uint32_t> height = width ? text.Next() : std::nullopt;
  const std::optional<uint32_t> white = height ? text.Next() : std::nullopt;
  if (!white || *white < 1 || *white > kMostGrey) {
    return InvalidArgument("{}: a broken header, expected width, height and a maximum of 1 to {}",
                           what, kMostGrey);
  }
  RETURN_IF_ERROR(CheckSize(*width, *height, expected, what));
  const size_t pixels = size_t{*width} * *height;
  if (bytes[1] == '2') return ReadPlain(text, pixels, *white, what);
  if (!text.EndHeader()) return InvalidArgument("{}: ends in its header, expected a P5", what);
  return ReadRaw(text.rest(), pixels, *white, what);
}

}  // namespace consilium::data
