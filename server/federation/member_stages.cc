#include <algorithm>
#include <functional>
#include <utility>

#include "modules/numbers.h"
#include "server/federation/site_member.h"

namespace consilium::federation {

Status SiteMember::BeginStatistics(MemberActions& actions) {
  stage_ = Stage::kStatistics;
  const std::vector<double>& mine = statistics_.empty() ? options_.statistics : statistics_;
  ASSIGN_OR_RETURN(auto made, MakeStatisticsExchange(*seating_, mine.size()));
  BeginSums(std::move(made), mine, actions);
  Deliver(actions);
  return OkStatus();
}

// Once agreed they never change, so all must be in them; a site that never comes loses its place.
void SiteMember::EndStatistics(MemberActions& actions) {
  if (!schedule::IsWhole(*sums_exchange_)) {
    std::vector<double> of_some(options_.statistics.size());
    sums_exchange_->End(of_some);
    StartClock();
    Send(sums_exchange_->Begin(statistics_.empty() ? options_.statistics : statistics_), actions);
    return;
  }
  statistics_ = EndSums(options_.statistics.size());
  for (size_t i = 0; i < options_.known_statistics.size(); ++i) {
    if (options_.known_statistics[i] != 0) statistics_[i] = options_.statistics[i];
  }
  if (!options_.aggregator) actions.push_back(UseStatistics{statistics_});
  ReportProgress(actions);
  if ((*seating_)->anybody_current) {
    stage_ = Stage::kResync;
    Begin(MakeResyncExchange(*seating_, options_.plan, options_.shape), parameters_, actions);
  } else {
    BeginRounds(actions);
  }
}

void SiteMember::EndResync(MemberActions& actions) {
  std::vector<float> agreed = parameters_;
  exchange_->End(agreed);
  KeepFrozen(agreed);
  if (!Accept(agreed, rounds_completed_, actions)) return;
  parameters_ = std::move(agreed);
  BeginRounds(actions);
}

void SiteMember::BeginRounds(MemberActions& actions) {
  agreed_ = parameters_;
  rounds_in_model_ = rounds_completed_;
  origin_.clear();
  stage_ = Stage::kRound;
  state_ = State::kWaiting;
  exchange_.reset();
  if (rounds_completed_ >= options_.plan->rounds) return BeginSelection(actions);
  auto made = options_.make_rounds(*seating_, options_.plan, options_.shape);
  if (!made.ok()) return BreakLink(options_.site, made.status(), actions);
  exchange_ = *std::move(made);
  const Status owed = owed_.empty() ? OkStatus() : schedule::OweTo(*exchange_, owed_);
  if (!owed.ok()) return BreakLink(options_.site, owed, actions);
  BeginRound(actions);
}

void SiteMember::BeginRound(MemberActions& actions) {
  if (options_.aggregator) return BeginExchange(actions);
  state_ = State::kTraining;
  training_ = true;
  deadline_.reset();
  since_ = clock_.Now();
  const std::span<const float> correction = schedule::CorrectionOf(*exchange_);
  actions.push_back(TrainRound{++ticket_,
                               rounds_completed_ + 1,
                               parameters_,
                               (*seating_)->rate_factor,
                               {correction.begin(), correction.end()}});
  if (!options_.plan->schedule.overlap) return;
  origin_ = parameters_;
  BeginExchange(actions);
}

// Starts the exchange of a round with what local training made of the model. Its deviation from
// a model all sites know travels, which is small and so loses little in compression.
void SiteMember::BeginExchange(MemberActions& actions) {
  StartClock();
  deviation_.resize(parameters_.size());
  std::transform(parameters_.begin(), parameters_.end(), agreed_.begin(), deviation_.begin(),
                 std::minus<>());
  Send(exchange_->Begin(deviation_), actions);
}

void SiteMember::EndRound(MemberActions& actions) {
  exchange_->End(deviation_);
  std::vector<float> mixed = agreed_;
  for (size_t i = 0; i < mixed.size(); ++i) mixed[i] += deviation_[i];
  KeepFrozen(mixed);
  if (!Accept(mixed, rounds_completed_ + 1, actions)) return;
  std::vector<float> owed = schedule::OwedOf(*exchange_);
  const Status owable = CheckWithin("what is left to send", std::span<const float>(owed));
  if (!owable.ok() && !options_.aggregator) return GiveUp(owable, actions);
  owed_ = std::move(owed);
  for (size_t i = 0; i < mixed.size(); ++i) {
    parameters_[i] = origin_.empty() ? mixed[i] : mixed[i] + (parameters_[i] - origin_[i]);
  }
  KeepFrozen(parameters_);
  if (ExchangesUpdates(options_.plan)) agreed_ = std::move(mixed);  // the same bits everywhere
  CountModules();
  exchange_seconds_ += ToSeconds(clock_.Now() - since_);
  rounds_in_model_ = ++rounds_completed_;
  Save(actions, parameters_, {}, false);
  const bool last = rounds_completed_ >= options_.plan->rounds;
  const std::optional<Time> report = ReportDue();
  if (last || (report && clock_.Now() >= *report)) ReportProgress(actions);
  state_ = State::kWaiting;
  if (last) return BeginSelection(actions);
  BeginRound(actions);
}

// Every site adds up what its validation patients say of the candidates for the final model.
void SiteMember::BeginSelection(MemberActions& actions) {
  stage_ = Stage::kSelection;
  if (MayLoseMessages(options_.plan)) past_rounds_ = std::move(exchange_);
  exchange_.reset();
  final_ = parameters_;
  if (options_.selection_size == 0) return BeginAgreement(actions);
  if (options_.aggregator) {
    const std::vector<double> nothing(options_.selection_size);
    return BeginSums(MakeSumsExchange(*seating_, nothing.size()), nothing, actions);
  }
  state_ = State::kSumming;
  deadline_.reset();
  actions.push_back(SumForSelection{++ticket_, final_});
}

void SiteMember::EndSelection(MemberActions& actions) {
  std::vector<double> sums = EndSums(options_.selection_size);
  if (options_.aggregator) return BeginAgreement(actions);
  state_ = State::kSelecting;
  deadline_.reset();
  actions.push_back(SelectModel{++ticket_, std::move(sums), final_});
}

// Where every round ended with the same bits at every site, as an all-reduce among sites does, they
// need not send the model again to agree on it. A site that was not heard may hold another.
void SiteMember::BeginAgreement(MemberActions& actions) {
  const bool likely = ExchangesUpdates(options_.plan) &&
                      options_.plan->schedule.aggregator == "site" &&
                      !options_.plan->schedule.overlap;
  if (!likely) return BeginConsensus(actions);
  stage_ = Stage::kAgreement;
  BeginSums(MakeSumsExchange(*seating_, kAgreementNumbers), AgreementNumbers(final_), actions);
}

void SiteMember::EndAgreement(MemberActions& actions) {
  const bool all = schedule::IsWhole(*sums_exchange_);
  if (AllAgree(EndSums(kAgreementNumbers)) && all) return BeginCalibration(actions);
  BeginConsensus(actions);
}

void SiteMember::BeginConsensus(MemberActions& actions) {
  stage_ = Stage::kConsensus;
  Begin(MakeConsensusExchange(*seating_, options_.plan, options_.shape), final_, actions);
}

void SiteMember::EndConsensus(MemberActions& actions) {
  exchange_->End(final_);
  KeepFrozen(final_);
  exchange_.reset();
  if (!Accept(final_, rounds_completed_, actions)) return;
  BeginCalibration(actions);
}

// The same of the final model, to calibrate it.
void SiteMember::BeginCalibration(MemberActions& actions) {
  stage_ = Stage::kCalibration;
  if (options_.calibration_size == 0) return BeginEvaluation({}, actions);
  if (options_.aggregator) {
    const std::vector<double> nothing(options_.calibration_size);
    return BeginSums(MakeSumsExchange(*seating_, nothing.size()), nothing, actions);
  }
  state_ = State::kSumming;
  deadline_.reset();
  actions.push_back(SumForCalibration{++ticket_, final_});
}

void SiteMember::EndCalibration(MemberActions& actions) {
  std::vector<double> sums = EndSums(options_.calibration_size);
  const auto sites = std::ranges::count_if((*seating_)->assignment->participants,
                                           [](const Participant& p) { return !p.aggregator; });
  for (double& sum : sums) sum *= static_cast<double>(sites);  // it was the mean that travelled
  if (!options_.aggregator) actions.push_back(UseCalibration{sums});
  BeginEvaluation(std::move(sums), actions);
}

void SiteMember::BeginEvaluation(std::vector<double> calibration, MemberActions& actions) {
  deadline_.reset();
  Save(actions, final_, std::move(calibration), true);
  if (options_.aggregator) {
    state_ = State::kWaiting;
    done_ = true;
    return;
  }
  state_ = State::kEvaluating;
  actions.push_back(EvaluateModel{++ticket_, final_});
}

// A mean of equal numbers need not be equal to them.
void SiteMember::KeepFrozen(std::span<float> parameters) const {
  for (size_t b = 0; b < options_.frozen.size(); ++b) {
    if (options_.frozen[b] == 0) continue;
    const Block block = options_.shape.blocks[b];
    std::ranges::copy(std::span<const float>(options_.initial).subspan(block.offset, block.size),
                      parameters.subspan(block.offset, block.size).begin());
  }
}

void SiteMember::EndStage(MemberActions& actions) {
  switch (stage_) {
    case Stage::kStatistics:
      return EndStatistics(actions);
    case Stage::kResync:
      return EndResync(actions);
    case Stage::kRound:
      return EndRound(actions);
    case Stage::kSelection:
      return EndSelection(actions);
    case Stage::kAgreement:
      return EndAgreement(actions);
    case Stage::kConsensus:
      return EndConsensus(actions);
    case Stage::kCalibration:
      return EndCalibration(actions);
  }
}

}  // namespace consilium::federation
