#ifndef CONSILIUM_SERVER_COORDINATOR_ADMINISTRATION_SERVICE_H_
#define CONSILIUM_SERVER_COORDINATOR_ADMINISTRATION_SERVICE_H_

#include <memory>

#include "server/coordinator/active_runs.h"
#include "server/coordinator/attendance.h"
#include "server/ops/event_loop.h"

namespace grpc {
class Service;
}

namespace consilium::coordinator {

// proto/administration.proto: every call is done on the loop. What is borrowed must outlive the
// gRPC server, and the loop must run until the server is down.
std::unique_ptr<grpc::Service> NewAdministrationService(ops::EventLoop& loop, ActiveRuns& runs,
                                                        Attendance& attendance);

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_ADMINISTRATION_SERVICE_H_
