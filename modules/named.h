#ifndef CONSILIUM_MODULES_NAMED_H_
#define CONSILIUM_MODULES_NAMED_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/status.h"

namespace consilium {

// The place in `rows` of the one whose `name_of` (a member, or a function of the row) is `name`. An
// unknown name is answered with the known ones; `what` is the family: "compressor".
template <typename Rows, typename NameOf>
StatusOr<size_t> PlaceOfName(const Rows& rows, std::string_view name, std::string_view what,
                             NameOf name_of) {
  std::string known;
  size_t place = 0;
  for (const auto& row : rows) {
    const std::string_view its = std::invoke(name_of, row);
    if (its == name) return place;
    known.append(place++ == 0 ? "" : ", ").append(its);
  }
  return InvalidArgument("unknown {} '{}': choose one of {}", what, name, known);
}

}  // namespace consilium

#endif  // CONSILIUM_MODULES_NAMED_H_
