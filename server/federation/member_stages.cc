#include "server/federation/member_stage.h"
#include "server/federation/stage_order.h"

namespace consilium::federation {
namespace {

std::unique_ptr<MemberStage> MakeStage(Stage stage) {
  switch (stage) {
    case Stage::kStatistics:
      return MakeStatisticsStage();
    case Stage::kResync:
      return MakeResyncStage();
    case Stage::kRound:
      return MakeRoundsStage();
    case Stage::kSelection:
      return MakeSelectionStage();
    case Stage::kAgreement:
      return MakeAgreementStage();
    case Stage::kConsensus:
      return MakeConsensusStage();
    case Stage::kCalibration:
      return MakeCalibrationStage();
  }
  return nullptr;
}

}  // namespace

std::vector<std::unique_ptr<MemberStage>> MakeMemberStages() {
  std::vector<std::unique_ptr<MemberStage>> stages;
  for (const Stage stage : kStageOrder) stages.push_back(MakeStage(stage));
  stages.push_back(MakeEvaluationStage());
  return stages;
}

}  // namespace consilium::federation
