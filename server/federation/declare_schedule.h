#ifndef CONSILIUM_SERVER_FEDERATION_DECLARE_SCHEDULE_H_
#define CONSILIUM_SERVER_FEDERATION_DECLARE_SCHEDULE_H_

#include "base/fields.h"
#include "server/federation/schedule_plan.h"

namespace consilium::federation {

// The keys of [schedule] and of [schedule.server_optimiser] but for `topology` and
// [[schedule.edge]], and those of [channel].
void DeclareSchedule(Fields& fields, SchedulePlan& plan);
void DeclareChannel(Fields& fields, ChannelPlan& plan);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_DECLARE_SCHEDULE_H_
