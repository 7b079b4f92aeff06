#include <algorithm>
#include <functional>
#include <span>
#include <utility>

#include "modules/numbers.h"
#include "server/federation/convergence.h"
#include "server/federation/member_stage.h"

namespace consilium::federation {
namespace {

// Local training and then an exchange as the plan says, as often as it says.
class RoundsStage final : public MemberStage {
 public:
  StatusOr<Then> Begin(SitePart& part) override {
    agreed_ = part.parameters;
    part.rounds_in_model = part.rounds_completed;
    origin_.clear();
    part.stage = Stage::kRound;
    part.state = SitePart::State::kWaiting;
    part.exchange.reset();
    if (!part.Has(Stage::kRound)) return Then::kGoOn;
    const MemberOptions& options = part.options;
    ASSIGN_OR_RETURN(part.exchange, options.make_rounds(*part.place, options.plan, options.shape));
    if (!part.owed.empty()) RETURN_IF_ERROR(schedule::OweTo(*part.exchange, part.owed));
    BeginRound(part);
    return Then::kStay;
  }

  StatusOr<Then> Worked(SitePart& part, WorkDone done) override {
    TrainedModel& trained = std::get<TrainedModel>(done);
    part.training = false;
    part.train_seconds += ToSeconds(part.clock.Now() - part.since);
    const Status sound = CheckConverges(part.options.site, part.rounds_completed + 1,
                                        trained.parameters, trained.loss);
    if (!sound.ok()) {
      part.GiveUp(sound);
      return Then::kStay;
    }
    part.loss = trained.loss;
    part.learner_state = std::move(trained.learner_state);
    part.parameters = std::move(trained.parameters);
    if (!part.options.plan->schedule.overlap) BeginExchange(part);
    return Then::kStay;
  }

  StatusOr<Then> End(SitePart& part) override {
    if (!Mix(part)) return Then::kStay;
    part.CountModules();
    part.exchange_seconds += ToSeconds(part.clock.Now() - part.since);
    part.rounds_in_model = ++part.rounds_completed;
    part.Save(part.parameters, {}, false);
    const bool last = part.rounds_completed >= part.options.plan->rounds;
    const std::optional<Time> report = part.ReportDue();
    if (last || (report && part.clock.Now() >= *report)) part.ReportProgress();
    part.state = SitePart::State::kWaiting;
    if (last) return Then::kGoOn;
    BeginRound(part);
    return Then::kStay;
  }

 private:
  void BeginRound(SitePart& part) {
    if (part.options.aggregator) return BeginExchange(part);
    part.state = SitePart::State::kTraining;
    part.training = true;
    part.deadline.reset();
    part.since = part.clock.Now();
    const std::span<const float> correction = schedule::CorrectionOf(*part.exchange);
    part.actions.push_back(TrainRound{++part.ticket,
                                      part.rounds_completed + 1,
                                      part.parameters,
                                      (*part.place)->rate_factor,
                                      {correction.begin(), correction.end()}});
    if (!part.options.plan->schedule.overlap) return;
    origin_ = part.parameters;
    BeginExchange(part);
  }

  // Starts the exchange of a round with what local training made of the model. Its deviation from
  // a model all sites know travels, which is small and so loses little in compression.
  void BeginExchange(SitePart& part) {
    part.StartClock();
    deviation_.resize(part.parameters.size());
    std::transform(part.parameters.begin(), part.parameters.end(), agreed_.begin(),
                   deviation_.begin(), std::minus<>());
    part.Send(part.exchange->Begin(deviation_));
  }

  // Makes the next model of what the exchange came to; false if that is none, and the site rests.
  bool Mix(SitePart& part) {
    part.exchange->End(deviation_);
    std::vector<float> mixed = agreed_;
    for (size_t i = 0; i < mixed.size(); ++i) mixed[i] += deviation_[i];
    part.KeepFrozen(mixed);
    if (!part.Accept(mixed, part.rounds_completed + 1)) return false;
    std::vector<float> owed = schedule::OwedOf(*part.exchange);
    const Status owable = CheckWithin("what is left to send", std::span<const float>(owed));
    if (!owable.ok() && !part.options.aggregator) {
      part.GiveUp(owable);
      return false;
    }
    part.owed = std::move(owed);
    std::vector<float>& model = part.parameters;
    for (size_t i = 0; i < mixed.size(); ++i) {
      model[i] = origin_.empty() ? mixed[i] : mixed[i] + (model[i] - origin_[i]);
    }
    part.KeepFrozen(model);
    if (ExchangesUpdates(part.options.plan))
      agreed_ = std::move(mixed);  // the same bits everywhere
    return true;
  }

  std::vector<float> agreed_;     // a model every site of the generation knows
  std::vector<float> deviation_;  // of the site's model from it, in a round's exchange
  std::vector<float> origin_;     // with overlap: where the local steps under way began
};

}  // namespace

std::unique_ptr<MemberStage> MakeRoundsStage() { return std::make_unique<RoundsStage>(); }

}  // namespace consilium::federation
