#ifndef CONSILIUM_SERVER_FEDERATION_DECLARE_PLAN_H_
#define CONSILIUM_SERVER_FEDERATION_DECLARE_PLAN_H_

#include "base/fields.h"
#include "server/federation/plan.h"

namespace consilium::federation {

// The keys of [run].
void DeclareRun(Fields& fields, Plan& plan);

// Every declared key of a plan, table by table: docs/formats/plan.md is held to them.
void DeclarePlan(Fields& fields, Plan& plan);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_DECLARE_PLAN_H_
