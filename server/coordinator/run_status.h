#ifndef CONSILIUM_SERVER_COORDINATOR_RUN_STATUS_H_
#define CONSILIUM_SERVER_COORDINATOR_RUN_STATUS_H_

#include "server/federation/plan.h"
#include "server/federation/run_record.h"

namespace consilium::v1 {
class RunStatus;
}

namespace consilium::coordinator {

void Encode(const federation::RunRecord& record, const federation::Plan& plan, v1::RunStatus& to);

// No more will happen to it.
bool HasEnded(const federation::RunRecord& record);

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_RUN_STATUS_H_
