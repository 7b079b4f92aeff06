#include "server/federation/member.h"

#include <utility>

#include "server/federation/member_stage.h"
#include "server/federation/run_record.h"
#include "server/federation/site_part.h"
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
  return {.round = train.round, .rate_factor = train.rate_factor, .correction = train.correction};
}

MemberOptions OptionsOf(training::Learner& learner) {
  training::LearnerFacts facts = learner.Facts();
  const training::LearnerParts parts = learner.Parts();
  MemberOptions options;
  options.shape = facts.layout.Shape();
  for (const nn::ModuleShape& module : facts.layout.modules()) {
    options.modules.push_back(training::PlainName(module.id));
  }
  options.layout_digest = training::LayoutDigest(facts.layout, facts.initial_parameters);
  options.weights = std::move(facts.weights);
  options.initial = std::move(facts.initial_parameters);
  options.statistics = std::move(facts.statistics);
  options.frozen = std::move(facts.frozen);
  options.known_statistics = std::move(facts.known_statistics);
  options.selection_size = parts.selection == nullptr ? 0 : parts.selection->size();
  options.calibration_size = parts.calibration == nullptr ? 0 : parts.calibration->size();
  options.training_patients = facts.training_patients;
  return options;
}

Member::Member(MemberOptions options, const Clock& clock)
    : part_(std::make_unique<SitePart>(std::move(options), clock)),
      stages_(MakeMemberStages()),
      inbox_(InboxOf(part_->options)) {
  std::optional<Checkpoint> kept = std::exchange(part_->options.checkpoint, std::nullopt);
  if (kept && IsOf(*kept, part_->options)) part_->Restore(*std::move(kept));
}

Member::~Member() = default;

StatusOr<std::unique_ptr<Member>> Member::Create(MemberOptions options, const Clock& clock) {
  RETURN_IF_ERROR(Check(options));
  return std::unique_ptr<Member>(new Member(std::move(options), clock));
}

int Member::rounds_completed() const { return part_->rounds_completed; }
bool Member::done() const { return part_->done; }

Offer Member::MakeOffer() const {
  const MemberOptions& options = part_->options;
  return {options.run,
          options.weights,
          part_->rounds_in_model,
          !part_->statistics.empty(),
          options.training_patients,
          options.layout_digest};
}

bool Member::IsOld(const Assignment& assignment) const {
  return part_->place && assignment.generation <= part_->generation();
}

StatusOr<MemberActions> Member::Handle(const Assignment& assignment) {
  if (IsOld(assignment)) return MemberActions{};
  const MemberOptions& options = part_->options;
  RETURN_IF_ERROR(CheckFirstRound(assignment, *options.plan));
  return Take(PlaceOf(assignment, options.site, options.shape, options.plan));
}

StatusOr<MemberActions> Member::Join(const Shared<Composition>& composition) {
  if (IsOld(composition->assignment)) return MemberActions{};
  RETURN_IF_ERROR(CheckFirstRound(composition->assignment, *part_->options.plan));
  return Take(PlaceOf(composition, part_->options.site));
}

StatusOr<MemberActions> Member::Take(StatusOr<Place> place) {
  part_->Rest();
  if (!place.ok()) {
    if (place.status().code() == StatusCode::kNotFound) return MemberActions{};
    return place.status();
  }
  part_->place = *std::move(place);
  const Assignment& assignment = (*part_->place)->assignment;
  part_->rounds_completed = part_->rounds_told = assignment.first_round - 1;
  std::vector<std::string> neighbours;
  for (const int n : part_->Neighbours()) neighbours.push_back(part_->SiteName(n));
  inbox_.StartGeneration(assignment.generation, neighbours);
  part_->sent.clear();
  part_->done = false;
  at_ = 0;
  ASSIGN_OR_RETURN(const Then then, stages_.front()->Begin(*part_));
  return After(then);
}

MemberActions Member::Handle(const Hold&) {
  part_->Rest();
  return {};
}

MemberActions Member::Handle(PeerMessage message) {
  if (message.run != part_->options.run || message.to != part_->options.site) return {};
  if (!inbox_.IsSender(message.from)) return {};
  const std::string from = message.from;
  part_->traffic.Link(from).bytes_received += BytesOnTheWire(message);
  if (const Status added = inbox_.Add(std::move(message)); !added.ok()) {
    part_->BreakLink(from, added);
    return HandOut();
  }
  return After(Then::kStay);
}

MemberActions Member::Trained(uint64_t ticket, std::vector<float> parameters, double loss,
                              std::string learner_state) {
  if (!part_->training || ticket != part_->ticket) return {};
  return After(stages_[at_]->Worked(
      *part_, TrainedModel{std::move(parameters), loss, std::move(learner_state)}));
}

MemberActions Member::Summed(uint64_t ticket, std::vector<double> sums) {
  if (part_->state != SitePart::State::kSumming || ticket != part_->ticket) return {};
  return After(stages_[at_]->Worked(*part_, std::move(sums)));
}

MemberActions Member::Selected(uint64_t ticket, std::vector<float> parameters) {
  if (part_->state != SitePart::State::kSelecting || ticket != part_->ticket) return {};
  return After(stages_[at_]->Worked(*part_, std::move(parameters)));
}

MemberActions Member::Evaluated(uint64_t ticket, training::Report report,
                                std::string model_digest) {
  if (part_->state != SitePart::State::kEvaluating || ticket != part_->ticket) return {};
  return After(
      stages_[at_]->Worked(*part_, EvaluatedModel{std::move(report), std::move(model_digest)}));
}

void Member::GoOn(StatusOr<Then> then) {
  while (then.ok() && *then == Then::kGoOn) then = stages_[++at_]->Begin(*part_);
  if (!then.ok()) part_->BreakLink(part_->options.site, then.status());
}

MemberActions Member::After(StatusOr<Then> then) {
  GoOn(std::move(then));
  Deliver();
  return HandOut();
}

// Hands over what has come, and goes on through the stages as far as that leads.
void Member::Deliver() {
  bool moved = true;
  while (moved && part_->place) {
    moved = false;
    for (const int n : part_->Neighbours()) moved |= DeliverFrom(n);
    if (!part_->ExchangeComplete()) continue;
    moved = true;
    GoOn(stages_[at_]->End(*part_));
  }
}

// Messages that come too early are overtaken by those behind them.
bool Member::DeliverFrom(int neighbour) {
  const std::string& sender = part_->SiteName(neighbour);
  bool moved = false;
  for (size_t i = 0; i < inbox_.From(sender).size();) {
    PeerMessage message = inbox_.Take(sender, i);
    const Status given = part_->Give(neighbour, message);
    if (given.code() == StatusCode::kFailedPrecondition) {
      inbox_.PutBack(sender, i++, std::move(message));
      continue;
    }
    if (!given.ok() && given.code() != StatusCode::kAlreadyExists) {
      part_->BreakLink(sender, given);
      return false;
    }
    moved = true;
    i = 0;
  }
  return moved;
}

MemberActions Member::Tick() {
  const std::optional<Time> report = part_->ReportDue();
  if (report && part_->clock.Now() >= *report) part_->ReportProgress();
  if (!part_->deadline || part_->clock.Now() < *part_->deadline) return HandOut();
  part_->deadline = part_->clock.Now() + part_->options.plan->round_deadline;
  schedule::Exchange<double>* const sums = part_->sums_exchange.get();
  std::vector<std::string> missed;
  for (const int site : sums ? sums->Missing() : part_->exchange->Missing()) {
    missed.push_back(part_->SiteName(site));
  }
  part_->Send(sums ? sums->Deadline() : part_->exchange->Deadline());
  part_->ReportProgress(std::move(missed));
  part_->reported = {};  // the end of a late round is told at once
  return After(Then::kStay);
}

std::optional<Time> Member::NextDeadline() const {
  const std::optional<Time> report = part_->ReportDue();
  return report && (!part_->deadline || *report < *part_->deadline) ? report : part_->deadline;
}

MemberActions Member::HandOut() { return std::exchange(part_->actions, {}); }

}  // namespace consilium::federation
