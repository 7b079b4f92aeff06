#include "base/wire/grpc_log.h"

#include <grpc/support/log.h>

#include <atomic>
#include <cstdlib>

namespace consilium::wire {
namespace {

std::atomic<GrpcLogSink> g_sink = nullptr;

void Take(gpr_log_func_args* line) {
  const GrpcLogSink sink = g_sink;
  if (sink != nullptr && line->message != nullptr) sink(line->message);
}

}  // namespace

void RedirectGrpcLog(GrpcLogSink sink) {
  if (std::getenv("GRPC_VERBOSITY") != nullptr) return;
  g_sink = sink;
  gpr_set_log_function(Take);
}

}  // namespace consilium::wire
