#include "base/status.h"

namespace consilium {

std::string_view Message(const Status& status) {
  return {status.message().data(), status.message().size()};
}

Status Annotate(const Status& status, std::string_view where) {
  return Status(status.code(), fmt::format("{}: {}", where, Message(status)));
}

Status MakeError(StatusCode code, fmt::string_view format, fmt::format_args args) {
  return Status(code, fmt::vformat(format, args));
}

}  // namespace consilium
