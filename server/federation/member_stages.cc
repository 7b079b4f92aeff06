#include "server/federation/member_stage.h"

namespace consilium::federation {

std::vector<std::unique_ptr<MemberStage>> MakeMemberStages() {
  std::vector<std::unique_ptr<MemberStage>> stages;
  stages.push_back(MakeStatisticsStage());
  stages.push_back(MakeResyncStage());
  stages.push_back(MakeRoundsStage());
  stages.push_back(MakeSelectionStage());
  stages.push_back(MakeAgreementStage());
  stages.push_back(MakeConsensusStage());
  stages.push_back(MakeCalibrationStage());
  stages.push_back(MakeEvaluationStage());
  return stages;
}

}  // namespace consilium::federation
