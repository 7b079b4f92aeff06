#ifndef CONSILIUM_SERVER_FEDERATION_MEMBER_H_
#define CONSILIUM_SERVER_FEDERATION_MEMBER_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/shared.h"
#include "base/status.h"
#include "modules/slices.h"
#include "server/federation/composition.h"
#include "server/federation/inbox.h"
#include "server/federation/member_actions.h"
#include "server/federation/messages.h"
#include "server/federation/plan.h"
#include "server/federation/stage_exchange.h"

namespace consilium::training {
class Learner;
struct LocalRound;
}  // namespace consilium::training

namespace consilium::federation {

struct MemberOptions {
  std::string site;
  std::string run;
  Shared<Plan> plan;
  FlatShape shape;                   // of the layout all sites share
  std::vector<std::string> modules;  // plain names of its blocks, for what is counted
  std::vector<float> weights;        // LearnerFacts of training/learner.h
  std::vector<float> initial;        // of LearnerFacts
  std::vector<double> statistics;    // of LearnerFacts
  // Of LearnerFacts: stay as given here to the bit, whatever others send.
  std::vector<uint8_t> frozen;
  std::vector<uint8_t> known_statistics;
  size_t selection_size = 0;    // of ModelSelection; 0: the model is final as it is
  size_t calibration_size = 0;  // of ModelCalibration; 0: it is not calibrated
  int training_patients = 0;
  std::string layout_digest;
  std::string plan_digest;  // SHA-256 of its text, in hexadecimal
  // Whose messages are taken, where those who share this process share it; empty: SendersOf(plan).
  Shared<Inbox::Senders> senders;
  RoundsMaker make_rounds = MakeRoundExchange;
  bool aggregator = false;  // the coordinator's own part: sums, trains nothing
  // SaveCheckpoint at most so often, but with the consensus always.
  Duration checkpoint_every = {};
  std::optional<Checkpoint> checkpoint;
};

// Whether a checkpoint is of this run, not of an earlier one of its name. If it does not tell: yes.
bool IsOf(const Checkpoint& checkpoint, const MemberOptions& options);

// As Learner::TrainRound wants it; valid as long as `train`.
training::LocalRound LocalRoundOf(const TrainRound& train);

// Whose messages a member of this plan takes; empty: whoever sends them.
Inbox::Senders SendersOf(const Plan& plan);

// What the learner says of a site's part; site, run, plan and checkpoint are left to the caller.
MemberOptions OptionsOf(training::Learner& learner);

// One site's part in one run: the protocol as a state machine without network, thread or file.
//
//   waiting -> statistics -> resync -> (training -> exchanging) x rounds -> selection -> consensus
//   -> calibration -> evaluating -> done
//
// An assignment of a higher generation interrupts any state and starts over at its first round,
// from the current model. A site whose model diverges (CheckConverges) declines instead of sending
// or keeping it, and waits. Not thread-safe.
class Member {
 public:
  static StatusOr<std::unique_ptr<Member>> Create(MemberOptions options, const Clock& clock);
  virtual ~Member() = default;

  virtual Offer MakeOffer() const = 0;

  // An assignment this site is not part of makes it wait.
  virtual StatusOr<MemberActions> Handle(const Assignment& assignment) = 0;
  // The same of what was composed of it for all sites in this process.
  virtual StatusOr<MemberActions> Join(const Shared<Composition>& composition) = 0;
  virtual MemberActions Handle(const Hold& hold) = 0;

  // Messages of other generations are dropped; of a stage this site has not reached, kept.
  virtual MemberActions Handle(PeerMessage message) = 0;

  // The answers to what asks for them; one to a ticket that has lapsed is ignored. After
  // an assignment or a hold all earlier tickets have lapsed: work on them may be stopped.
  virtual MemberActions Trained(uint64_t ticket, std::vector<float> parameters, double loss,
                                std::string learner_state) = 0;
  virtual MemberActions Summed(uint64_t ticket, std::vector<double> sums) = 0;
  virtual MemberActions Selected(uint64_t ticket, std::vector<float> parameters) = 0;
  virtual MemberActions Evaluated(uint64_t ticket, training::Report report,
                                  std::string model_digest) = 0;

  // Call at or after NextDeadline().
  virtual MemberActions Tick() = 0;
  virtual std::optional<Time> NextDeadline() const = 0;

  virtual int rounds_completed() const = 0;
  virtual bool done() const = 0;
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_MEMBER_H_
