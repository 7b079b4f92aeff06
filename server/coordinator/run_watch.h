#ifndef CONSILIUM_SERVER_COORDINATOR_RUN_WATCH_H_
#define CONSILIUM_SERVER_COORDINATOR_RUN_WATCH_H_

#include <memory>

#include "base/status.h"
#include "server/coordinator/active_runs.h"

namespace grpc {
template <class Response>
class ServerWriteReactor;
}

namespace consilium::coordinator {

// The reactor of one WatchRun call. A watcher who reads slowly misses statuses in between, never
// the last one.
class RunWatch : public RunWatcher {
 public:
  static std::shared_ptr<RunWatch> Begin();
  virtual grpc::ServerWriteReactor<v1::RunStatus>* reactor() = 0;
  virtual void Refuse(const Status& why) = 0;
};

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_RUN_WATCH_H_
