#ifndef CONSILIUM_SERVER_FEDERATION_SITE_MEMBER_H_
#define CONSILIUM_SERVER_FEDERATION_SITE_MEMBER_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/federation/agreement.h"
#include "server/federation/inbox.h"
#include "server/federation/member.h"
#include "server/federation/stage_exchange.h"

namespace consilium::federation {

// The one implementation of Member. member.cc takes in what happens, member_stages.cc goes from
// stage to stage, member_messages.cc sends and delivers.
class SiteMember final : public Member {
 public:
  SiteMember(MemberOptions options, const Clock& clock);

  Offer MakeOffer() const override;
  StatusOr<MemberActions> Handle(const Assignment& assignment) override;
  StatusOr<MemberActions> Join(const Shared<Composition>& composition) override;
  MemberActions Handle(const Hold& hold) override;
  MemberActions Handle(PeerMessage message) override;
  MemberActions Trained(uint64_t ticket, std::vector<float> parameters, double loss,
                        std::string learner_state) override;
  MemberActions Summed(uint64_t ticket, std::vector<double> sums) override;
  MemberActions Selected(uint64_t ticket, std::vector<float> parameters) override;
  MemberActions Evaluated(uint64_t ticket, training::Report report,
                          std::string model_digest) override;
  MemberActions Tick() override;
  std::optional<Time> NextDeadline() const override;
  int rounds_completed() const override { return rounds_completed_; }
  bool done() const override { return done_; }

 private:
  enum class State { kWaiting, kTraining, kSumming, kSelecting, kExchanging, kEvaluating };

  bool IsOld(const Assignment& assignment) const;
  StatusOr<MemberActions> Take(StatusOr<Seating> seating);
  void Restore(Checkpoint checkpoint);
  void Rest();
  void CountModules();
  uint64_t generation() const { return seating_ ? (*seating_)->assignment->generation : 0; }
  const std::string& SiteName(int n) const {
    return (*seating_)->assignment->participants[static_cast<size_t>(n)].site;
  }
  // Everybody this site may hear from: the exact means run on a tree within the graph.
  const std::vector<int>& Neighbours() const {
    return (*seating_)->graph.Neighbors(seating_->self);
  }

  // The stages, in order.
  Status BeginStatistics(MemberActions& actions);
  void EndStatistics(MemberActions& actions);
  void EndResync(MemberActions& actions);
  void BeginRounds(MemberActions& actions);
  void BeginRound(MemberActions& actions);
  void BeginExchange(MemberActions& actions);
  void EndRound(MemberActions& actions);
  void BeginSelection(MemberActions& actions);
  void EndSelection(MemberActions& actions);
  void BeginAgreement(MemberActions& actions);
  void EndAgreement(MemberActions& actions);
  void BeginConsensus(MemberActions& actions);
  void EndConsensus(MemberActions& actions);
  void BeginCalibration(MemberActions& actions);
  void EndCalibration(MemberActions& actions);
  void BeginEvaluation(std::vector<double> calibration, MemberActions& actions);
  void EndStage(MemberActions& actions);
  void KeepFrozen(std::span<float> parameters) const;

  // Messages.
  void Begin(StatusOr<std::unique_ptr<schedule::Exchange<float>>> made,
             std::span<const float> model, MemberActions& actions);
  void BeginSums(StatusOr<std::unique_ptr<schedule::Exchange<double>>> made,
                 std::span<const double> sums, MemberActions& actions);
  std::vector<double> EndSums(size_t size);
  void StartClock();
  bool ExchangeComplete() const;
  void Send(std::vector<schedule::Outgoing> messages, MemberActions& actions);
  void SendOf(Stage stage, std::vector<schedule::Outgoing> messages, MemberActions& actions);
  StatusOr<std::vector<schedule::Outgoing>> Give(int neighbour, PeerMessage& message);
  void Deliver(MemberActions& actions);
  bool DeliverFrom(int neighbour, MemberActions& actions);
  void BreakLink(const std::string& from, const Status& why, MemberActions& actions);
  // When rounds completed, but not told of, are told of at the latest: what the coordinator knows
  // decides whose model counts when a generation begins.
  std::optional<Time> ReportDue() const;
  // Declines, and rests, if what an exchange made is no model.
  bool Accept(std::span<const float> model, int round, MemberActions& actions);
  void GiveUp(const Status& why, MemberActions& actions);
  // `missed`: who was waited for in vain in the round under way.
  void ReportProgress(MemberActions& actions, std::vector<std::string> missed = {});
  void Save(MemberActions& actions, const std::vector<float>& parameters,
            std::vector<double> calibration, bool consensus);

  MemberOptions options_;
  const Clock& clock_;
  std::vector<float> parameters_;   // this site's model
  std::vector<float> agreed_;       // a model every site of the generation knows
  std::vector<float> deviation_;    // of the former from the latter, in a round's exchange
  std::vector<float> origin_;       // with overlap: where the local steps under way began
  std::vector<float> owed_;         // Exchange::Owed after the round completed last
  std::vector<float> final_;        // this site's choice for the final model, then the agreed one
  std::vector<double> statistics_;  // as agreed; empty before
  std::string learner_state_;
  int rounds_completed_ = 0;
  int rounds_in_model_ = 0;  // that lie behind parameters_
  int rounds_told_ = 0;      // to the coordinator

  std::optional<Seating> seating_;  // of the latest generation
  State state_ = State::kWaiting;
  Stage stage_ = Stage::kStatistics;
  uint64_t ticket_ = 0;
  bool training_ = false;  // local steps are under way
  bool done_ = false;
  std::unique_ptr<schedule::Exchange<double>> sums_exchange_;
  std::unique_ptr<schedule::Exchange<float>> exchange_;
  // That of the rounds, when they are over, for neighbours that missed something of them.
  std::unique_ptr<schedule::Exchange<float>> past_rounds_;
  Inbox inbox_;
  std::map<int, uint64_t> sent_;  // messages in this generation, by receiver
  std::optional<Time> deadline_;  // of the exchange under way

  Time since_;  // the beginning of the training or exchange under way
  Time reported_;
  std::optional<Time> saved_;
  double loss_ = 0;
  double train_seconds_ = 0;
  double exchange_seconds_ = 0;
  uint64_t bytes_sent_ = 0;
  uint64_t bytes_uncompressed_ = 0;
  Traffic traffic_;
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_SITE_MEMBER_H_
