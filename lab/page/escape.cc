#include "lab/page/escape.h"

#include <algorithm>

namespace consilium::page {
namespace {

bool BeginsCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

double WidthOf(char byte) {
  constexpr std::string_view kNarrow = "iljtfrI.,:;'|!()[] ";
  constexpr std::string_view kWide = "mwMWQO@%";
  if (!BeginsCharacter(byte)) return 0;
  if (kNarrow.find(byte) != std::string_view::npos) return 0.37;
  if (kWide.find(byte) != std::string_view::npos) return 0.9;
  return 0.63;
}

}  // namespace

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') escaped += c;
    }
  }
  return escaped;
}

double TextWidth(std::string_view text, double size) {
  double width = 0;
  for (const char c : text) width += WidthOf(c);
  return width * size;
}

std::string Fitted(std::string_view text, double size, double width) {
  if (TextWidth(text, size) <= width) return std::string(text);
  double used = 0.8 * size;  // the ellipsis
  size_t end = 0;
  while (end < text.size() && used + WidthOf(text[end]) * size <= width) {
    used += WidthOf(text[end++]) * size;
  }
  while (end > 0 && end < text.size() && !BeginsCharacter(text[end])) --end;
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace consilium::page
