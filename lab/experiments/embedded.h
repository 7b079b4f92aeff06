#ifndef CONSILIUM_LAB_EXPERIMENTS_EMBEDDED_H_
#define CONSILIUM_LAB_EXPERIMENTS_EMBEDDED_H_

#include <string_view>

namespace consilium::experiments {

// The text of a file built in (CMakeLists.txt lists them), by its path in the source tree; empty if
// there is none.
std::string_view Embedded(std::string_view path);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_EMBEDDED_H_
