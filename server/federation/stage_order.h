#ifndef CONSILIUM_SERVER_FEDERATION_STAGE_ORDER_H_
#define CONSILIUM_SERVER_FEDERATION_STAGE_ORDER_H_

#include <array>
#include <cstddef>

#include "server/federation/messages.h"
#include "server/federation/plan.h"

namespace consilium::federation {

// The stages of a generation in which something is exchanged, in their order: for a site as for the
// coordinator that forms their means.
inline constexpr std::array kStageOrder = {Stage::kStatistics, Stage::kResync,    Stage::kRound,
                                           Stage::kSelection,  Stage::kAgreement, Stage::kConsensus,
                                           Stage::kCalibration};

// What decides beside the plan, alike at every site, which of them there are.
struct StageNeeds {
  bool anybody_current = false;  // Composition::anybody_current
  int next_round = 1;            // counted from 1
  size_t selection = 0;          // numbers to select by and to calibrate with
  size_t calibration = 0;
};

// Whether a generation has the stage. The consensus it can still do without: if the agreement finds
// that all hold the same model.
bool HasStage(Stage stage, const Plan& plan, const StageNeeds& needs);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_STAGE_ORDER_H_
