#include "server/federation/member.h"

#include <algorithm>
#include <utility>

#include "modules/numbers.h"
#include "server/federation/convergence.h"
#include "server/federation/run.h"
#include "server/federation/site_member.h"
#include "server/training/digests.h"
#include "server/training/learner.h"
#include "server/training/module_names.h"

namespace consilium::federation {
namespace {

Status Check(const MemberOptions& options) {
  if (options.initial.size() != options.shape.size()) {
    return InvalidArgument("{} initial parameters, but the layout has {}", options.initial.size(),
                           options.shape.size());
  }
  if (options.weights.size() != options.shape.blocks.size()) {
    return InvalidArgument("{} weights, but the layout has {} modules", options.weights.size(),
                           options.shape.blocks.size());
  }
  if (!options.frozen.empty() && options.frozen.size() != options.shape.blocks.size()) {
    return InvalidArgument("{} modules are said to be frozen or not, but the layout has {}",
                           options.frozen.size(), options.shape.blocks.size());
  }
  if (options.known_statistics.size() > options.statistics.size()) {
    return InvalidArgument("{} statistics are said to be known or not, but there are {}",
                           options.known_statistics.size(), options.statistics.size());
  }
  if (options.statistics.empty()) return InvalidArgument("no statistics to agree on");
  return OkStatus();
}

Status CheckFirstRound(const Assignment& assignment, const Plan& plan) {
  if (assignment.first_round >= 1 && assignment.first_round <= plan.rounds + 1) return OkStatus();
  return InvalidArgument("generation {} begins with round {}, expected 1 to {}",
                         assignment.generation, assignment.first_round, plan.rounds + 1);
}

// A neighbour can be one round ahead, and a round has few messages; besides there are those of the
// other stages, of one number for each there is to agree on or two floats for each of the model.
Inbox::Options InboxOf(const MemberOptions& options) {
  constexpr size_t kOtherStages = 6;
  constexpr size_t kHeaders = size_t{64} << 10;
  const auto in_a_round =
      2 * static_cast<size_t>(options.plan->schedule.compression.iterations) + 1;
  const size_t numbers = options.shape.size() + options.statistics.size() + options.selection_size +
                         options.calibration_size;
  Inbox::Options inbox;
  inbox.senders = options.senders;
  if (inbox.senders->empty()) inbox.senders = SendersOf(options.plan);
  inbox.most_bytes = (2 * in_a_round + kOtherStages) * (sizeof(double) * numbers + kHeaders);
  inbox.lossy = MayLoseMessages(options.plan);
  return inbox;
}

}  // namespace

Inbox::Senders SendersOf(const Plan& plan) {
  Inbox::Senders senders(plan.sites.begin(), plan.sites.end());
  if (!senders.empty()) senders.emplace(kCoordinatorSite);
  return senders;
}

bool IsOf(const Checkpoint& checkpoint, const MemberOptions& options) {
  const auto same = [](const std::string& kept, const std::string& now) {
    return kept.empty() || kept == now;
  };
  return checkpoint.run == options.run && same(checkpoint.plan_digest, options.plan_digest) &&
         same(checkpoint.layout_digest, options.layout_digest) &&
         checkpoint.parameters.size() == options.shape.size() &&
         checkpoint.rounds_completed <= options.plan->rounds;
}

training::LocalRound LocalRoundOf(const TrainRound& train) {
  return {train.round, train.rate_factor, train.correction};
}

MemberOptions OptionsOf(const training::Learner& learner) {
  MemberOptions options;
  options.shape = learner.layout().Shape();
  for (const nn::ModuleShape& module : learner.layout().modules()) {
    options.modules.push_back(training::PlainName(module.id));
  }
  options.weights = learner.Weights();
  options.initial = learner.InitialParameters();
  options.statistics = learner.Statistics();
  options.frozen = learner.Frozen();
  options.known_statistics = learner.KnownStatistics();
  options.selection_size = learner.selection_size();
  options.calibration_size = learner.calibration_size();
  options.training_patients = learner.training_patients();
  options.layout_digest = training::LayoutDigest(learner.layout(), options.initial);
  return options;
}

SiteMember::SiteMember(MemberOptions options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      parameters_(options_.initial),
      agreed_(parameters_),
      inbox_(InboxOf(options_)) {
  for (const std::string& module : options_.modules) traffic_.modules.push_back({module});
  if (options_.checkpoint && IsOf(*options_.checkpoint, options_)) {
    Restore(*std::move(options_.checkpoint));
  }
  options_.checkpoint.reset();
}

Offer SiteMember::MakeOffer() const {
  return {options_.run,         options_.weights,           rounds_in_model_,
          !statistics_.empty(), options_.training_patients, options_.layout_digest};
}

bool SiteMember::IsOld(const Assignment& assignment) const {
  return seating_ && assignment.generation <= generation();
}

StatusOr<MemberActions> SiteMember::Handle(const Assignment& assignment) {
  if (IsOld(assignment)) return MemberActions{};
  RETURN_IF_ERROR(CheckFirstRound(assignment, *options_.plan));
  return Take(Seat(assignment, options_.site, options_.shape, options_.plan));
}

StatusOr<MemberActions> SiteMember::Join(const Shared<Composition>& composition) {
  if (IsOld(composition->assignment)) return MemberActions{};
  RETURN_IF_ERROR(CheckFirstRound(composition->assignment, *options_.plan));
  return Take(Seat(composition, options_.site));
}

StatusOr<MemberActions> SiteMember::Take(StatusOr<Seating> seating) {
  if (!seating.ok()) {
    Rest();
    if (seating.status().code() == StatusCode::kNotFound) return MemberActions{};
    return seating.status();
  }
  Rest();
  seating_ = *std::move(seating);
  const Assignment& assignment = (*seating_)->assignment;
  rounds_completed_ = rounds_told_ = assignment.first_round - 1;
  std::vector<std::string> neighbours;
  for (const int n : Neighbours()) neighbours.push_back(SiteName(n));
  inbox_.StartGeneration(assignment.generation, neighbours);
  sent_.clear();
  done_ = false;
  MemberActions actions;
  RETURN_IF_ERROR(BeginStatistics(actions));
  return actions;
}

MemberActions SiteMember::Handle(const Hold&) {
  Rest();
  return {};
}

MemberActions SiteMember::Handle(PeerMessage message) {
  MemberActions actions;
  if (message.run != options_.run || message.to != options_.site) return actions;
  if (!inbox_.IsSender(message.from)) return actions;
  const std::string from = message.from;
  traffic_.Link(from).bytes_received += BytesOnTheWire(message);
  if (const Status added = inbox_.Add(std::move(message)); !added.ok()) {
    BreakLink(from, added, actions);
    return actions;
  }
  Deliver(actions);
  return actions;
}

MemberActions SiteMember::Trained(uint64_t ticket, std::vector<float> parameters, double loss,
                                  std::string learner_state) {
  MemberActions actions;
  if (!training_ || ticket != ticket_) return actions;
  training_ = false;
  train_seconds_ += ToSeconds(clock_.Now() - since_);
  const Status sound = CheckConverges(options_.site, rounds_completed_ + 1, parameters, loss);
  if (!sound.ok()) {
    GiveUp(sound, actions);
    return actions;
  }
  loss_ = loss;
  learner_state_ = std::move(learner_state);
  parameters_ = std::move(parameters);
  if (!options_.plan->schedule.overlap) BeginExchange(actions);
  Deliver(actions);
  return actions;
}

MemberActions SiteMember::Summed(uint64_t ticket, std::vector<double> sums) {
  MemberActions actions;
  if (state_ != State::kSumming || ticket != ticket_) return actions;
  BeginSums(MakeSumsExchange(*seating_, sums.size()), sums, actions);
  Deliver(actions);
  return actions;
}

MemberActions SiteMember::Selected(uint64_t ticket, std::vector<float> parameters) {
  MemberActions actions;
  if (state_ != State::kSelecting || ticket != ticket_) return actions;
  final_ = std::move(parameters);
  BeginAgreement(actions);
  Deliver(actions);
  return actions;
}

MemberActions SiteMember::Evaluated(uint64_t ticket, training::Report report,
                                    std::string model_digest) {
  if (state_ != State::kEvaluating || ticket != ticket_) return {};
  state_ = State::kWaiting;
  done_ = true;
  return {SiteReport{options_.run, generation(), rounds_completed_, std::move(report),
                     std::move(model_digest), bytes_sent_, bytes_uncompressed_, traffic_}};
}

MemberActions SiteMember::Tick() {
  MemberActions actions;
  const std::optional<Time> report = ReportDue();
  if (report && clock_.Now() >= *report) ReportProgress(actions);
  if (!deadline_ || clock_.Now() < *deadline_) return actions;
  deadline_ = clock_.Now() + options_.plan->round_deadline;
  const std::vector<int> missing =
      sums_exchange_ ? sums_exchange_->Missing() : exchange_->Missing();
  std::vector<std::string> missed;
  for (const int site : missing) missed.push_back(SiteName(site));
  Send(sums_exchange_ ? sums_exchange_->Deadline() : exchange_->Deadline(), actions);
  ReportProgress(actions, std::move(missed));
  reported_ = {};  // the end of a late round is told at once
  Deliver(actions);
  return actions;
}

std::optional<Time> SiteMember::NextDeadline() const {
  const std::optional<Time> report = ReportDue();
  return report && (!deadline_ || *report < *deadline_) ? report : deadline_;
}

void SiteMember::Restore(Checkpoint checkpoint) {
  const std::span<const float> kept = checkpoint.parameters;
  if (!CheckConverges(options_.site, checkpoint.rounds_completed, kept, 0).ok()) return;
  if (!AllWithin(std::span<const float>(checkpoint.owed))) checkpoint.owed.clear();
  parameters_ = std::move(checkpoint.parameters);
  statistics_ = std::move(checkpoint.statistics);
  owed_ = std::move(checkpoint.owed);
  learner_state_ = std::move(checkpoint.learner);
  rounds_completed_ = rounds_in_model_ = checkpoint.rounds_completed;
  bytes_sent_ = checkpoint.bytes_sent;
  bytes_uncompressed_ = checkpoint.bytes_uncompressed;
  traffic_ = std::move(checkpoint.traffic);
}

// Leaves whatever is under way.
void SiteMember::Rest() {
  const bool in_round = stage_ == Stage::kRound && state_ == State::kExchanging;
  if (in_round && exchange_) CountModules();
  state_ = State::kWaiting;
  ++ticket_;
  training_ = false;
  deadline_.reset();
  exchange_.reset();
  past_rounds_.reset();
  sums_exchange_.reset();
}

StatusOr<std::unique_ptr<Member>> Member::Create(MemberOptions options, const Clock& clock) {
  RETURN_IF_ERROR(Check(options));
  return std::unique_ptr<Member>(std::make_unique<SiteMember>(std::move(options), clock));
}

}  // namespace consilium::federation
