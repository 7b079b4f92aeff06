#ifndef CONSILIUM_SERVER_FEDERATION_MEMBER_H_
#define CONSILIUM_SERVER_FEDERATION_MEMBER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/shared.h"
#include "base/status.h"
#include "server/federation/composition.h"
#include "server/federation/inbox.h"
#include "server/federation/member_actions.h"
#include "server/federation/member_options.h"
#include "server/federation/messages.h"
#include "server/federation/plan.h"

namespace consilium::training {
class Learner;
struct LocalRound;
}  // namespace consilium::training

namespace consilium::federation {

class MemberStage;
struct SitePart;
enum class Then;

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
//   waiting -> statistics -> resync -> rounds -> selection -> agreement -> consensus -> calibration
//   -> evaluation -> done
//
// Those are its stages (member_stage.h); Member takes in what happens, leads from one stage to the
// next and hands out what they want done. An assignment of a higher generation interrupts any of
// them and starts over at its first round, from the current model. A site whose model diverges
// (CheckConverges) declines instead of sending or keeping it, and waits. Not thread-safe.
class Member {
 public:
  static StatusOr<std::unique_ptr<Member>> Create(MemberOptions options, const Clock& clock);
  ~Member();

  Offer MakeOffer() const;

  // An assignment this site is not part of makes it wait.
  StatusOr<MemberActions> Handle(const Assignment& assignment);
  // The same of what was composed of it for all sites in this process.
  StatusOr<MemberActions> Join(const Shared<Composition>& composition);
  MemberActions Handle(const Hold& hold);

  // Messages of other generations are dropped; of a stage this site has not reached, kept.
  MemberActions Handle(PeerMessage message);

  // The answers to what asks for them; one to a ticket that has lapsed is ignored. After
  // an assignment or a hold all earlier tickets have lapsed: work on them may be stopped.
  MemberActions Trained(uint64_t ticket, std::vector<float> parameters, double loss,
                        std::string learner_state);
  MemberActions Summed(uint64_t ticket, std::vector<double> sums);
  MemberActions Selected(uint64_t ticket, std::vector<float> parameters);
  MemberActions Evaluated(uint64_t ticket, training::Report report, std::string model_digest);

  // Call at or after NextDeadline().
  MemberActions Tick();
  std::optional<Time> NextDeadline() const;

  int rounds_completed() const;
  bool done() const;

 private:
  Member(MemberOptions options, const Clock& clock);

  bool IsOld(const Assignment& assignment) const;
  StatusOr<MemberActions> Take(StatusOr<Place> place);
  // From the stage under way, which came to `then`, to the first that has something to do.
  void GoOn(StatusOr<Then> then);
  // The same of what a stage made of its work; then hands out what is wanted.
  MemberActions After(StatusOr<Then> then);
  void Deliver();
  bool DeliverFrom(int neighbour);
  MemberActions HandOut();

  const std::unique_ptr<SitePart> part_;
  const std::vector<std::unique_ptr<MemberStage>> stages_;
  size_t at_ = 0;  // the stage under way
  Inbox inbox_;
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_MEMBER_H_
