#include "server/federation/mean_stages.h"

#include <algorithm>
#include <utility>

#include "server/federation/agreement.h"
#include "server/federation/held_exchange.h"
#include "server/federation/stage_order.h"

namespace consilium::federation {

StatusOr<std::unique_ptr<MeanStages>> MeanStages::Begin(const Options& options,
                                                        const Assignment& assignment) {
  ASSIGN_OR_RETURN(Place place, PlaceOf(assignment, options.site, options.shape, options.plan));
  std::unique_ptr<MeanStages> stages(new MeanStages(options, std::move(place)));
  stages->round_ = assignment.first_round;
  RETURN_IF_ERROR(stages->Form(Stage::kStatistics));
  return stages;
}

Status MeanStages::Next() {
  const bool begun_again = stage_ == Stage::kStatistics && !mean_->whole();  // by the sites
  if (begun_again || stage_ == Stage::kRound) mean_->Next();
  if (begun_again) return OkStatus();
  if (stage_ == Stage::kRound && (mean_->phase() > 0 || ++round_ <= options_.plan.rounds)) {
    return OkStatus();
  }
  mean_.reset();
  const StageNeeds needs = {.anybody_current = place_->anybody_current,
                            .next_round = round_,
                            .selection = options_.selection,
                            .calibration = options_.calibration};
  const auto* next = std::ranges::find(kStageOrder, stage_);
  while (++next != kStageOrder.end()) {
    if (HasStage(*next, options_.plan, needs)) return Form(*next);
  }
  return OkStatus();
}

Status MeanStages::Form(Stage stage) {
  const Plan& plan = options_.plan;
  switch (stage) {
    case Stage::kStatistics:
      return FormOf<double>(stage, StatisticsOptions(place_, options_.statistics));
    case Stage::kResync:
      return FormOf<float>(stage, ResyncOptions(place_, plan, options_.shape));
    case Stage::kRound: {
      ASSIGN_OR_RETURN(schedule::ExchangeOptions options,
                       RoundOptions(place_, plan, options_.shape));
      return FormOf<float>(stage, HeldOnly(std::move(options)));
    }
    case Stage::kSelection:
      return FormOf<double>(stage, SumsOptions(place_, options_.selection));
    case Stage::kAgreement:
      return FormOf<double>(stage, SumsOptions(place_, kAgreementNumbers));
    case Stage::kConsensus:
      return FormOf<float>(stage, HeldOnly(ConsensusOptions(place_, plan, options_.shape)));
    case Stage::kCalibration:
      return FormOf<double>(stage, SumsOptions(place_, options_.calibration));
  }
  return OkStatus();
}

template <typename Scalar>
Status MeanStages::FormOf(Stage stage, const schedule::ExchangeOptions& options) {
  stage_ = stage;
  ASSIGN_OR_RETURN(mean_, schedule::MakeMeanRoot<Scalar>(options));
  return OkStatus();
}

}  // namespace consilium::federation
