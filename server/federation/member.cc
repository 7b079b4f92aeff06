#include "server/federation/member.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "server/federation/inbox.h"
#include "server/federation/stage_exchange.h"

namespace consilium {
namespace {

constexpr Duration kProgressEvery = Seconds(0.2);

class SiteMember final : public Member {
 public:
  SiteMember(MemberOptions options, const Clock& clock)
      : options_(std::move(options)),
        clock_(clock),
        parameters_(std::move(options_.initial)),
        agreed_(parameters_) {
    if (options_.checkpoint) Restore(*std::move(options_.checkpoint));
    options_.checkpoint.reset();
  }

  Offer MakeOffer() const override {
    return {options_.run,         options_.weights,           rounds_completed_,
            !statistics_.empty(), options_.training_patients, options_.layout_digest};
  }

  StatusOr<MemberActions> Handle(const Assignment& assignment) override {
    if (seating_ && assignment.generation <= seating_->assignment.generation)
      return MemberActions{};
    StatusOr<Seating> seating = Seat(assignment, options_.site, options_.shape);
    if (!seating.ok()) {
      Rest();
      if (seating.status().code() == StatusCode::kNotFound) return MemberActions{};
      return seating.status();
    }
    Rest();
    seating_ = *std::move(seating);
    rounds_completed_ = assignment.first_round - 1;
    std::vector<std::string> neighbours;
    for (const int n : Neighbours()) neighbours.push_back(SiteName(n));
    inbox_.StartGeneration(assignment.generation, neighbours);
    sent_.assign(assignment.participants.size(), 0);
    done_ = false;
    MemberActions actions;
    RETURN_IF_ERROR(BeginStatistics(actions));
    return actions;
  }

  MemberActions Handle(const Hold&) override {
    Rest();
    return {};
  }

  MemberActions Handle(PeerMessage message) override {
    MemberActions actions;
    if (message.run != options_.run || message.to != options_.site) return actions;
    const std::string from = message.from;
    if (const Status added = inbox_.Add(std::move(message)); !added.ok()) {
      BreakLink(from, added, actions);
      return actions;
    }
    Deliver(actions);
    return actions;
  }

  MemberActions Trained(uint64_t ticket, std::vector<float> parameters, double loss,
                        std::string learner_state) override {
    MemberActions actions;
    if (state_ != State::kTraining || ticket != ticket_) return actions;
    train_seconds_ += ToSeconds(clock_.Now() - since_);
    loss_ = loss;
    learner_state_ = std::move(learner_state);
    parameters_ = std::move(parameters);
    BeginExchange(actions);
    Deliver(actions);
    return actions;
  }

  MemberActions Evaluated(uint64_t ticket, Report report, std::string model_digest) override {
    if (state_ != State::kEvaluating || ticket != ticket_) return {};
    state_ = State::kWaiting;
    done_ = true;
    return {SiteReport{options_.run, generation(), rounds_completed_, std::move(report),
                       std::move(model_digest), bytes_sent_, bytes_uncompressed_}};
  }

  MemberActions Tick() override {
    MemberActions actions;
    if (!deadline_ || clock_.Now() < *deadline_) return actions;
    deadline_ = clock_.Now() + options_.plan.round_deadline;
    const std::vector<int> missing =
        statistics_exchange_ ? statistics_exchange_->Missing() : exchange_->Missing();
    for (const int site : missing) missed_.push_back(SiteName(site));
    Send(statistics_exchange_ ? statistics_exchange_->Deadline() : exchange_->Deadline(), actions);
    const bool complete = ExchangeComplete();
    if (!complete) ReportProgress(actions);
    Deliver(actions);
    return actions;
  }

  std::optional<Time> NextDeadline() const override { return deadline_; }
  int rounds_completed() const override { return rounds_completed_; }
  bool done() const override { return done_; }

 private:
  enum class State { kWaiting, kTraining, kExchanging, kEvaluating };

  void Restore(Checkpoint checkpoint) {
    if (checkpoint.parameters.size() != parameters_.size()) return;  // of another layout
    parameters_ = std::move(checkpoint.parameters);
    statistics_ = std::move(checkpoint.statistics);
    learner_state_ = std::move(checkpoint.learner);
    rounds_completed_ = checkpoint.rounds_completed;
    bytes_sent_ = checkpoint.bytes_sent;
    bytes_uncompressed_ = checkpoint.bytes_uncompressed;
  }

  uint64_t generation() const { return seating_ ? seating_->assignment.generation : 0; }
  bool all_reduce() const { return options_.plan.schedule.kind == "all_reduce"; }
  const std::string& SiteName(int n) const {
    return seating_->assignment.participants[static_cast<size_t>(n)].site;
  }

  // Everybody this site may hear from: the exact means run on a tree within the graph.
  const std::vector<int>& Neighbours() const { return seating_->graph.Neighbors(seating_->self); }

  // Leaves whatever is under way.
  void Rest() {
    state_ = State::kWaiting;
    ++ticket_;
    deadline_.reset();
    exchange_.reset();
    statistics_exchange_.reset();
    missed_.clear();
  }

  // The stages, in order.

  Status BeginStatistics(MemberActions& actions) {
    stage_ = Stage::kStatistics;
    const std::vector<double>& mine = statistics_.empty() ? options_.statistics : statistics_;
    ASSIGN_OR_RETURN(statistics_exchange_, MakeStatisticsExchange(*seating_, mine.size()));
    StartClock();
    Send(statistics_exchange_->Begin(mine), actions);
    Deliver(actions);
    return OkStatus();
  }

  void EndStatistics(MemberActions& actions) {
    statistics_.resize(options_.statistics.size());
    statistics_exchange_->End(statistics_);
    statistics_exchange_.reset();
    if (!options_.aggregator) actions.push_back(UseStatistics{statistics_});
    ReportProgress(actions);
    if (seating_->anybody_current) {
      stage_ = Stage::kResync;
      Begin(MakeResyncExchange(*seating_, options_.plan, options_.shape), actions);
    } else {
      BeginRounds(actions);
    }
  }

  void EndResync(MemberActions& actions) {
    exchange_->End(parameters_);
    BeginRounds(actions);
  }

  void BeginRounds(MemberActions& actions) {
    agreed_ = parameters_;
    stage_ = Stage::kRound;
    exchange_.reset();
    if (rounds_completed_ >= options_.plan.rounds) return BeginConsensus(actions);
    auto made = MakeRoundExchange(*seating_, options_.plan, options_.shape);
    if (!made.ok()) return BreakLink(options_.site, made.status(), actions);
    exchange_ = *std::move(made);
    BeginRound(actions);
  }

  void BeginRound(MemberActions& actions) {
    if (options_.aggregator) return BeginExchange(actions);
    state_ = State::kTraining;
    deadline_.reset();
    since_ = clock_.Now();
    actions.push_back(TrainRound{++ticket_, rounds_completed_ + 1, parameters_});
  }

  // Starts the exchange of a round with what local training made of the model. Its deviation from
  // a model all sites know travels, which is small and so loses little in compression.
  void BeginExchange(MemberActions& actions) {
    StartClock();
    const Graph& links = options_.plan.schedule.kind == "gossip" ? seating_->graph : seating_->tree;
    bytes_uncompressed_ +=
        links.Neighbors(seating_->self).size() * sizeof(float) * parameters_.size();
    deviation_.resize(parameters_.size());
    std::transform(parameters_.begin(), parameters_.end(), agreed_.begin(), deviation_.begin(),
                   std::minus<>());
    Send(exchange_->Begin(deviation_), actions);
  }

  void EndRound(MemberActions& actions) {
    exchange_->End(deviation_);
    std::transform(deviation_.begin(), deviation_.end(), agreed_.begin(), parameters_.begin(),
                   std::plus<>());
    if (all_reduce()) agreed_ = parameters_;  // the same bits everywhere: the next update's origin
    exchange_seconds_ += ToSeconds(clock_.Now() - since_);
    ++rounds_completed_;
    Save(actions, false);
    const bool last = rounds_completed_ >= options_.plan.rounds;
    if (last || !missed_.empty() || clock_.Now() - reported_ >= kProgressEvery) {
      ReportProgress(actions);
    }
    state_ = State::kWaiting;
    if (last) return BeginConsensus(actions);
    BeginRound(actions);
  }

  void BeginConsensus(MemberActions& actions) {
    stage_ = Stage::kConsensus;
    Begin(MakeConsensusExchange(*seating_, options_.plan, options_.shape), actions);
  }

  void EndConsensus(MemberActions& actions) {
    exchange_->End(parameters_);
    exchange_.reset();
    deadline_.reset();
    Save(actions, true);
    if (options_.aggregator) {
      state_ = State::kWaiting;
      done_ = true;
      return;
    }
    state_ = State::kEvaluating;
    actions.push_back(EvaluateModel{++ticket_, parameters_});
  }

  // Messages.

  void Begin(StatusOr<std::unique_ptr<Exchange<float>>> made, MemberActions& actions) {
    if (!made.ok()) return BreakLink(options_.site, made.status(), actions);
    exchange_ = *std::move(made);
    StartClock();
    Send(exchange_->Begin(parameters_), actions);
  }

  void StartClock() {
    state_ = State::kExchanging;
    since_ = clock_.Now();
    deadline_ = since_ + options_.plan.round_deadline;
  }

  bool ExchangeComplete() const {
    if (state_ != State::kExchanging) return false;
    return statistics_exchange_ ? statistics_exchange_->Complete() : exchange_->Complete();
  }

  void Send(std::vector<Outgoing> messages, MemberActions& actions) {
    for (Outgoing& message : messages) {
      bytes_sent_ += message.body.size();
      if (stage_ != Stage::kRound) bytes_uncompressed_ += message.body.size();
      actions.push_back(PeerMessage{
          options_.run, generation(), stage_, rounds_completed_ + 1, options_.site,
          SiteName(message.to), sent_[static_cast<size_t>(message.to)]++, std::move(message.body)});
    }
  }

  // Hands over what has come, and goes on through the stages as far as that leads.
  void Deliver(MemberActions& actions) {
    bool moved = true;
    while (moved && seating_) {
      moved = false;
      for (const int n : Neighbours()) moved |= DeliverFrom(n, actions);
      if (!seating_ || !ExchangeComplete()) continue;
      moved = true;
      switch (stage_) {
        case Stage::kStatistics:
          EndStatistics(actions);
          break;
        case Stage::kResync:
          EndResync(actions);
          break;
        case Stage::kRound:
          EndRound(actions);
          break;
        case Stage::kConsensus:
          EndConsensus(actions);
          break;
      }
    }
  }

  bool DeliverFrom(int neighbour, MemberActions& actions) {
    const std::string& sender = SiteName(neighbour);
    bool moved = false;
    while (const PeerMessage* message = inbox_.Front(sender)) {
      if (message->stage > stage_ || (!exchange_ && !statistics_exchange_)) break;
      if (message->stage == stage_) {
        auto answers = statistics_exchange_
                           ? statistics_exchange_->Receive(neighbour, message->body)
                           : exchange_->Receive(neighbour, message->body);
        if (answers.status().code() == StatusCode::kFailedPrecondition) break;  // is ahead of us
        if (!answers.ok() && answers.status().code() != StatusCode::kAlreadyExists) {
          BreakLink(sender, answers.status(), actions);
          return false;
        }
        if (answers.ok()) Send(*std::move(answers), actions);
      }
      inbox_.PopFront(sender);
      moved = true;
    }
    return moved;
  }

  // Asks for a new generation, and rests until it comes.
  void BreakLink(const std::string& from, const Status& why, MemberActions& actions) {
    actions.push_back(LinkBroken{options_.run, generation(), from, std::string(Message(why))});
    Rest();
  }

  void ReportProgress(MemberActions& actions) {
    if (options_.aggregator) return;
    reported_ = clock_.Now();
    actions.push_back(Progress{options_.run, generation(), rounds_completed_, stage_, loss_,
                               bytes_sent_, bytes_uncompressed_, std::exchange(missed_, {}),
                               train_seconds_, exchange_seconds_});
  }

  void Save(MemberActions& actions, bool consensus) {
    if (options_.aggregator) return;
    actions.push_back(
        SaveCheckpoint{{options_.run, generation(), rounds_completed_, parameters_, statistics_,
                        learner_state_, bytes_sent_, bytes_uncompressed_, consensus}});
  }

  MemberOptions options_;
  const Clock& clock_;
  std::vector<float> parameters_;   // this site's model
  std::vector<float> agreed_;       // a model every site of the generation knows
  std::vector<float> deviation_;    // of the former from the latter, in a round's exchange
  std::vector<double> statistics_;  // as agreed; empty before
  std::string learner_state_;
  int rounds_completed_ = 0;

  std::optional<Seating> seating_;  // of the latest generation
  State state_ = State::kWaiting;
  Stage stage_ = Stage::kStatistics;
  uint64_t ticket_ = 0;
  bool done_ = false;
  std::unique_ptr<Exchange<double>> statistics_exchange_;
  std::unique_ptr<Exchange<float>> exchange_;
  Inbox inbox_;
  std::vector<uint64_t> sent_;    // messages in this generation, by receiver
  std::optional<Time> deadline_;  // of the exchange under way

  Time since_;  // the beginning of the training or exchange under way
  Time reported_;
  std::vector<std::string> missed_;
  double loss_ = 0;
  double train_seconds_ = 0;
  double exchange_seconds_ = 0;
  uint64_t bytes_sent_ = 0;
  uint64_t bytes_uncompressed_ = 0;
};

Status Check(const MemberOptions& options) {
  if (options.initial.size() != options.shape.size()) {
    return InvalidArgument("{} initial parameters, but the layout has {}", options.initial.size(),
                           options.shape.size());
  }
  if (options.weights.size() != options.shape.blocks.size()) {
    return InvalidArgument("{} weights, but the layout has {} modules", options.weights.size(),
                           options.shape.blocks.size());
  }
  if (options.statistics.empty()) return InvalidArgument("no statistics to agree on");
  return OkStatus();
}

}  // namespace

StatusOr<std::unique_ptr<Member>> Member::Create(MemberOptions options, const Clock& clock) {
  RETURN_IF_ERROR(Check(options));
  return std::unique_ptr<Member>(std::make_unique<SiteMember>(std::move(options), clock));
}

}  // namespace consilium
