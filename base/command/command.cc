#include "base/command/command.h"

#include "absl/strings/cord.h"

namespace consilium {
namespace {

constexpr char kUsagePayload[] = "consilium/usage";

}  // namespace

Status UsageError(const Status& status) {
  Status marked = status;
  marked.SetPayload(kUsagePayload, absl::Cord());
  return marked;
}

bool IsUsageError(const Status& status) { return status.GetPayload(kUsagePayload).has_value(); }

}  // namespace consilium
