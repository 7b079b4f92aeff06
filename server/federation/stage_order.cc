#include "server/federation/stage_order.h"

#include "server/federation/stage_exchange.h"

namespace consilium::federation {
namespace {

// Whether every round ends with the same bits at every site, as an all-reduce among sites does:
// then they need not send the model again to agree on it. A site that was not heard may hold
// another.
bool MayAgree(const Plan& plan) {
  return ExchangesUpdates(plan) && plan.schedule.aggregator == Aggregator::kSite &&
         !plan.schedule.overlap;
}

}  // namespace

bool HasStage(Stage stage, const Plan& plan, const StageNeeds& needs) {
  switch (stage) {
    case Stage::kStatistics:
    case Stage::kConsensus:
      return true;
    case Stage::kResync:
      return needs.anybody_current;
    case Stage::kRound:
      return needs.next_round <= plan.rounds;
    case Stage::kSelection:
      return needs.selection > 0;
    case Stage::kAgreement:
      return MayAgree(plan);
    case Stage::kCalibration:
      return needs.calibration > 0;
  }
  return false;
}

}  // namespace consilium::federation
