#ifndef CONSILIUM_SERVER_NODE_PARTICIPATION_H_
#define CONSILIUM_SERVER_NODE_PARTICIPATION_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/status.h"
#include "base/workers.h"
#include "server/federation/member.h"
#include "server/node/after_saves.h"
#include "server/node/site_records.h"
#include "server/ops/event_loop.h"
#include "server/training/learner.h"
#include "server/training/model.h"

namespace consilium::v1 {
class FromNode;
class PeerChunk;
}  // namespace consilium::v1

namespace consilium::federation {
class ChunkAssembler;
}  // namespace consilium::federation

namespace consilium::storage {
class Checkpoints;
}  // namespace consilium::storage

namespace consilium::node {

class CheckpointWriter;

// `start`: the model that the plan's [start] names, or null.
using MakeLearner = std::function<StatusOr<std::unique_ptr<training::Learner>>(
    const federation::Plan& plan, const SiteRecords& records, const training::Model* start)>;

// What a participation needs of its node. All of it outlives the participation, and the writer's
// thread; the functions are called on the loop, `release` on the writer's thread.
struct ParticipationSite {
  std::string name;
  const SiteRecords& records;
  storage::Checkpoints& checkpoints;
  CheckpointWriter& writer;
  ops::EventLoop& loop;
  const Clock& clock;
  Duration checkpoint_every;
  int training_threads;
  MakeLearner make_learner;
  std::function<void(v1::FromNode message)> send;
  std::function<void(federation::PeerMessage message)> send_peer;
  std::function<StatusOr<std::string>(training::Model model)> release;  // the model's digest
  // The latest kept of the run.
  std::function<StatusOr<training::Model>(const std::string& run)> model_of;
};

// This node's part in one run: drives its Member, trains on a thread of its own, keeps checkpoints.
// Everything runs on the node's loop but training, and what the disk takes part in. What follows
// from a checkpoint is said once that is on the disk, or cannot be: who is killed at any point
// knows afterwards what it has said.
class Participation : public std::enable_shared_from_this<Participation> {
 public:
  // Goes on from the checkpoint of the run, if there is one.
  static StatusOr<std::shared_ptr<Participation>> Begin(const ParticipationSite& site,
                                                        const federation::Invitation& invitation);
  ~Participation();

  const std::string& plan_text() const { return plan_text_; }
  const federation::Plan& plan() const { return plan_; }

  void MakeOffer();
  Status Handle(const federation::Assignment& assignment);
  void Handle(const federation::Hold& hold);
  void Handle(v1::PeerChunk& chunk);

  void Tick();
  std::optional<Time> NextDeadline() const { return member_->NextDeadline(); }

 private:
  Participation(const ParticipationSite& site, const federation::Invitation& invitation,
                federation::Plan plan, std::unique_ptr<training::Learner> learner);
  Status MakeMember();
  StatusOr<std::optional<federation::Checkpoint>> LoadCheckpoint(
      const federation::MemberOptions& options);

  void Do(federation::MemberActions actions);
  void Do(federation::PeerMessage& message);
  void Do(const federation::Progress& progress);
  void Do(const federation::SiteReport& report);
  void Do(const federation::LinkBroken& broken);
  void Do(const federation::Decline& declined);
  void Do(federation::UseStatistics& use);
  void Do(federation::TrainRound& train);
  void Do(federation::SumForSelection& wanted);
  void Do(federation::SumForCalibration& wanted);
  void Do(federation::SelectModel& select);
  void Do(federation::UseCalibration& use);
  void Do(federation::EvaluateModel& evaluate);
  void Do(federation::SaveCheckpoint& save);

  // The checkpoint and all before are stored, or cannot be; released, if the run ended with it.
  void Stored(uint64_t save, const StatusOr<std::string>& model_digest);
  void Complain(int round, const Status& saved);
  // Once all that was to be stored before is.
  void Say(v1::FromNode message);

  void Trained(const federation::TrainRound& train, std::vector<float> parameters,
               StatusOr<double> loss, std::string learner_state);
  // Posts work on the learner to the worker; `done` gets its result on the loop, unless the ticket
  // has lapsed by then. A failure declines the run.
  template <typename Result>
  void Work(uint64_t ticket, std::function<StatusOr<Result>(const std::atomic<bool>& stop)> work,
            std::function<void(Result result)> done);
  // The learner's answer to what all sites agreed on.
  void Use(std::function<Status()> use);
  void LetGoOfWork();
  void Decline(const Status& why);

  // Constant.
  const ParticipationSite site_;
  const std::string run_;
  const std::string plan_text_;
  const federation::Plan plan_;

  std::unique_ptr<federation::Member> member_;
  std::unique_ptr<federation::ChunkAssembler> assembler_;
  std::shared_ptr<std::atomic<bool>> stop_;  // of the work under way
  uint64_t ticket_ = 0;                      // of it; 0: none
  bool learner_strayed_ = false;             // it trained a round that nobody counts
  std::string learner_state_;                // after the last round that counts
  std::string model_digest_;

  AfterSaves saves_;
  std::optional<Time> complained_;  // of a checkpoint that could not be saved

  // Both are touched on the worker's thread only, once the worker runs.
  Workers workers_;
  std::unique_ptr<training::Learner> learner_;
  ops::EventLoop worker_;
};

}  // namespace consilium::node

#endif  // CONSILIUM_SERVER_NODE_PARTICIPATION_H_
