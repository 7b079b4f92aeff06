#include "server/federation/mean_stages.h"

#include <utility>

#include "server/federation/held_exchange.h"

namespace consilium::federation {

bool MeanStages::Serves(const Plan& plan) {
  const SchedulePlan& schedule = plan.schedule;
  const bool reduces = schedule.kind == "all_reduce" || schedule.kind == "scaffold";
  return reduces && schedule.aggregator == Aggregator::kCoordinator &&
         schedule.channel.kind == ChannelKind::kIdeal;
}

StatusOr<std::unique_ptr<MeanStages>> MeanStages::Begin(const Options& options,
                                                        const Assignment& assignment) {
  ASSIGN_OR_RETURN(Seating seating, Seat(assignment, options.site, options.shape, options.plan));
  std::unique_ptr<MeanStages> stages(new MeanStages(options, std::move(seating)));
  stages->round_ = assignment.first_round;
  RETURN_IF_ERROR(stages->Enter(Stage::kStatistics));
  return stages;
}

Status MeanStages::Next() {
  switch (stage_) {
    case Stage::kStatistics:
      if (!mean_->whole()) {  // sites begin it again
        mean_->Next();
        return OkStatus();
      }
      return Enter(seating_->anybody_current ? Stage::kResync : Stage::kRound);
    case Stage::kResync:
      return Enter(Stage::kRound);
    case Stage::kRound:
      mean_->Next();
      if (mean_->phase() > 0 || ++round_ <= options_.plan.rounds) return OkStatus();
      return Enter(Stage::kSelection);
    case Stage::kSelection:
    case Stage::kAgreement:  // only where sites reduce among themselves
      return Enter(Stage::kConsensus);
    case Stage::kConsensus:
      return Enter(Stage::kCalibration);
    case Stage::kCalibration:
      mean_.reset();
      return OkStatus();
  }
  return OkStatus();
}

// The stage, or the next one that there is.
Status MeanStages::Enter(Stage stage) {
  mean_.reset();
  const Plan& plan = options_.plan;
  switch (stage) {
    case Stage::kStatistics:
      return Form<double>(stage, StatisticsOptions(seating_, options_.statistics));
    case Stage::kResync:
      return Form<float>(stage, ResyncOptions(seating_, plan, options_.shape));
    case Stage::kRound: {
      if (round_ > plan.rounds) return Enter(Stage::kSelection);
      ASSIGN_OR_RETURN(schedule::ExchangeOptions options,
                       RoundOptions(seating_, plan, options_.shape));
      return Form<float>(stage, HeldOnly(std::move(options)));
    }
    case Stage::kSelection:
      if (options_.selection == 0) return Enter(Stage::kConsensus);
      return Form<double>(stage, SumsOptions(seating_, options_.selection));
    case Stage::kAgreement:
    case Stage::kConsensus:
      return Form<float>(stage, HeldOnly(ConsensusOptions(seating_, plan, options_.shape)));
    case Stage::kCalibration:
      if (options_.calibration == 0) return OkStatus();
      return Form<double>(stage, SumsOptions(seating_, options_.calibration));
  }
  return OkStatus();
}

template <typename Scalar>
Status MeanStages::Form(Stage stage, const schedule::ExchangeOptions& options) {
  stage_ = stage;
  ASSIGN_OR_RETURN(mean_, schedule::MakeMeanRoot<Scalar>(options));
  return OkStatus();
}

}  // namespace consilium::federation
