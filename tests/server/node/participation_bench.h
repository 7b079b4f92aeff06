#ifndef CONSILIUM_TESTS_SERVER_NODE_PARTICIPATION_BENCH_H_
#define CONSILIUM_TESTS_SERVER_NODE_PARTICIPATION_BENCH_H_

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/federation.pb.h"
#include "server/node/checkpoint_writer.h"
#include "server/node/participation.h"
#include "server/storage/checkpoints.h"
#include "tests/support/temporary_folder.h"

namespace consilium::testing {

// Sites' participations in run "r1" on one loop, each with a database of its own: what one sends
// the others get. The test stands for the coordinator.
class ParticipationBench {
 public:
  using MakeBenchLearner =
      std::function<std::unique_ptr<training::Learner>(const std::string& site)>;

  ParticipationBench(std::vector<std::string> sites, const std::string& plan,
                     MakeBenchLearner make_learner, Duration checkpoint_every = Seconds(0));
  ~ParticipationBench();

  // Begins those that have not begun.
  void Invite();

  // Publishes the next generation of all sites, linked in a chain. Invites first.
  void Assign(int first_round = 1);

  // Runs it on the loop and waits for it; false if the loop does not come to it within a minute.
  bool OnLoop(std::function<void()> task);

  // Waits until what the site wanted stored so far is, and the loop knows.
  void WaitForDisk(const std::string& site);

  // Waits until the site has reported, at most so long.
  std::optional<federation::SiteReport> Report(const std::string& site, double seconds = 60);

  struct Site {
    TemporaryFolder folder;
    std::unique_ptr<storage::Database> database;
    std::unique_ptr<storage::Checkpoints> checkpoints;
    std::unique_ptr<node::CheckpointWriter> writer;
    std::shared_ptr<node::Participation> participation;
    std::promise<federation::SiteReport> reported;
    int releases = 0;
  };
  Site& site(const std::string& name) { return *sites_.at(name); }
  ops::EventLoop& loop() { return loop_; }

  // Called on the loop before anything that a site says leaves.
  std::function<void(const std::string& site, const v1::FromNode&)> on_said;
  std::function<void(const std::string& site, const federation::PeerMessage&)> on_sent;

 private:
  node::ParticipationSite SiteOf(const std::string& name);
  void Said(const std::string& name, const v1::FromNode& message);
  void Send(federation::PeerMessage message);

  const std::string plan_;
  const MakeBenchLearner make_learner_;
  const Duration checkpoint_every_;
  const std::vector<std::string> names_;
  const node::SiteRecords records_;
  uint64_t generation_ = 0;
  std::map<std::string, std::unique_ptr<Site>> sites_;
  std::map<std::string, std::vector<float>> weights_;
  ops::EventLoop loop_;
};

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SERVER_NODE_PARTICIPATION_BENCH_H_
