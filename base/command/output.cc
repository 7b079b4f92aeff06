#include "base/command/output.h"

namespace consilium {

Status Print(const StatusOr<Output>& output, Invocation& invocation) {
  if (!output.ok()) return output.status();
  invocation.out << (invocation.json ? output->json : output->text) << "\n";
  return OkStatus();
}

}  // namespace consilium
