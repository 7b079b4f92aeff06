#include <utility>

#include "server/federation/convergence.h"
#include "server/federation/site_member.h"

namespace consilium::federation {
namespace {

constexpr Duration kProgressEvery = Seconds(0.2);

}  // namespace

void SiteMember::Begin(StatusOr<std::unique_ptr<schedule::Exchange<float>>> made,
                       std::span<const float> model, MemberActions& actions) {
  if (!made.ok()) return BreakLink(options_.site, made.status(), actions);
  exchange_ = *std::move(made);
  StartClock();
  Send(exchange_->Begin(model), actions);
}

void SiteMember::BeginSums(StatusOr<std::unique_ptr<schedule::Exchange<double>>> made,
                           std::span<const double> sums, MemberActions& actions) {
  if (!made.ok()) return BreakLink(options_.site, made.status(), actions);
  sums_exchange_ = *std::move(made);
  StartClock();
  Send(sums_exchange_->Begin(sums), actions);
}

std::vector<double> SiteMember::EndSums(size_t size) {
  std::vector<double> sums(size);
  sums_exchange_->End(sums);
  sums_exchange_.reset();
  return sums;
}

void SiteMember::StartClock() {
  state_ = State::kExchanging;
  since_ = clock_.Now();
  deadline_ = since_ + options_.plan->round_deadline;
}

bool SiteMember::ExchangeComplete() const {
  if (state_ != State::kExchanging || training_) return false;
  return sums_exchange_ ? sums_exchange_->Complete() : exchange_->Complete();
}

void SiteMember::Send(std::vector<schedule::Outgoing> messages, MemberActions& actions) {
  SendOf(stage_, std::move(messages), actions);
}

void SiteMember::SendOf(Stage stage, std::vector<schedule::Outgoing> messages,
                        MemberActions& actions) {
  for (schedule::Outgoing& message : messages) {
    if (stage_ != Stage::kRound) bytes_uncompressed_ += message.body.size();
    PeerMessage peer{options_.run,          generation(),           stage,
                     rounds_completed_ + 1, options_.site,          SiteName(message.to),
                     sent_[message.to]++,   std::move(message.body)};
    if (options_.plan->schedule.aggregator == "coordinator") {
      peer.chunk_bytes = ChunkBytesAmong((*seating_)->assignment->participants.size() - 1);
    }
    const uint64_t bytes = BytesOnTheWire(peer);
    bytes_sent_ += bytes;
    traffic_.CountSent(peer.to, bytes, stage_ == Stage::kRound ? peer.round : 0);
    actions.push_back(std::move(peer));
  }
}

// Hands over what has come, and goes on through the stages as far as that leads.
void SiteMember::Deliver(MemberActions& actions) {
  bool moved = true;
  while (moved && seating_) {
    moved = false;
    for (const int n : Neighbours()) moved |= DeliverFrom(n, actions);
    if (!seating_ || !ExchangeComplete()) continue;
    moved = true;
    EndStage(actions);
  }
}

// Messages that come too early are overtaken by those behind them.
bool SiteMember::DeliverFrom(int neighbour, MemberActions& actions) {
  const std::string& sender = SiteName(neighbour);
  bool moved = false;
  for (size_t i = 0; i < inbox_.From(sender).size();) {
    PeerMessage message = inbox_.Take(sender, i);
    auto answers = Give(neighbour, message);
    if (answers.status().code() == StatusCode::kFailedPrecondition) {
      inbox_.PutBack(sender, i++, std::move(message));
      continue;
    }
    if (!answers.ok() && answers.status().code() != StatusCode::kAlreadyExists) {
      BreakLink(sender, answers.status(), actions);
      return false;
    }
    if (answers.ok()) SendOf(message.stage, *std::move(answers), actions);
    moved = true;
    i = 0;
  }
  return moved;
}

// Of a message that was taken nobody needs the body any more.
StatusOr<std::vector<schedule::Outgoing>> SiteMember::Give(int neighbour, PeerMessage& message) {
  if (IsAfter(message.stage, stage_)) return FailedPrecondition("of a later stage");
  if (message.stage != stage_) {
    const bool late = message.stage == Stage::kRound && past_rounds_ != nullptr;
    return late ? past_rounds_->Receive(neighbour, schedule::Incoming::Whole(message.body))
                : std::vector<schedule::Outgoing>{};
  }
  if (sums_exchange_)
    return sums_exchange_->Receive(neighbour, schedule::Incoming::Whole(message.body));
  if (exchange_) return exchange_->Receive(neighbour, schedule::Incoming::Whole(message.body));
  return FailedPrecondition("before the exchange");
}

// Asks for a new generation, and rests until it comes.
void SiteMember::BreakLink(const std::string& from, const Status& why, MemberActions& actions) {
  if (ReportDue()) ReportProgress(actions);
  actions.push_back(LinkBroken{options_.run, generation(), from, std::string(Message(why))});
  Rest();
}

std::optional<Time> SiteMember::ReportDue() const {
  const bool under_way = state_ == State::kTraining || state_ == State::kExchanging;
  if (options_.aggregator || !under_way || rounds_told_ >= rounds_completed_) return std::nullopt;
  return reported_ + kProgressEvery;
}

bool SiteMember::Accept(std::span<const float> model, int round, MemberActions& actions) {
  if (options_.aggregator) return true;  // keeps nothing
  const Status sound = CheckConverges(options_.site, round, model, loss_);
  if (!sound.ok()) GiveUp(sound, actions);
  return sound.ok();
}

// Takes no further part in the generation.
void SiteMember::GiveUp(const Status& why, MemberActions& actions) {
  if (ReportDue()) ReportProgress(actions);
  actions.push_back(Decline{options_.run, std::string(Message(why))});
  Rest();
}

void SiteMember::ReportProgress(MemberActions& actions, std::vector<std::string> missed) {
  if (options_.aggregator && missed.empty()) return;
  reported_ = clock_.Now();
  rounds_told_ = rounds_completed_;
  actions.push_back(Progress{options_.run, generation(), rounds_completed_, stage_, loss_,
                             bytes_sent_, bytes_uncompressed_, std::move(missed), train_seconds_,
                             exchange_seconds_, traffic_.links, CompressionError(traffic_)});
}

// What the round under way said of each module.
void SiteMember::CountModules() {
  std::vector<BlockTraffic> by_block(options_.shape.blocks.size());
  schedule::AddTrafficOf(*exchange_, by_block);
  traffic_.CountModules(by_block);
  for (const BlockTraffic& block : by_block) bytes_uncompressed_ += block.numbers * sizeof(float);
}

void SiteMember::Save(MemberActions& actions, const std::vector<float>& parameters,
                      std::vector<double> calibration, bool consensus) {
  if (options_.aggregator) return;
  const Time now = clock_.Now();
  if (!consensus && saved_ && now - *saved_ < options_.checkpoint_every) return;
  saved_ = now;
  actions.push_back(
      SaveCheckpoint{{options_.run, generation(), rounds_completed_, parameters, statistics_, owed_,
                      learner_state_, bytes_sent_, bytes_uncompressed_, traffic_, consensus,
                      options_.plan_digest, options_.layout_digest},
                     std::move(calibration)});
}

}  // namespace consilium::federation
