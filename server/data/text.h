#ifndef CONSILIUM_SERVER_DATA_TEXT_H_
#define CONSILIUM_SERVER_DATA_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

namespace consilium::data {

// Without spaces, tabs and line ends around it.
std::string_view Trim(std::string_view text);

// What an untrusted text looks like in a message: at most 40 bytes of printable ASCII or UTF-8.
std::string Printable(std::string_view text);

std::string Join(const std::vector<std::string>& parts, std::string_view separator);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_TEXT_H_
