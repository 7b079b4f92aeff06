#ifndef CONSILIUM_LAB_PAGE_ESCAPE_H_
#define CONSILIUM_LAB_PAGE_ESCAPE_H_

#include <string>
#include <string_view>

namespace consilium::page {

// `text` for an HTML or SVG text or a quoted attribute. Control characters other than tab and
// newline are left out, since XML has none.
std::string Escaped(std::string_view text);

// About how wide `text` is drawn, in units of the font's size times `size`.
double TextWidth(std::string_view text, double size);

// `text` cut to about `width`, with an ellipsis if anything was cut.
std::string Fitted(std::string_view text, double size, double width);

}  // namespace consilium::page

#endif  // CONSILIUM_LAB_PAGE_ESCAPE_H_
