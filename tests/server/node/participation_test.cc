// A node's part in a run, with its loop, threads and database; no network.
#include "server/node/participation.h"

#include <gmock/gmock.h>

#include <atomic>

#include "base/file.h"
#include "server/ops/log.h"
#include "tests/server/node/participation_bench.h"
#include "tests/support/fake_learner.h"
#include "tests/support/matchers.h"

namespace consilium::node {
namespace {

using testing::FakeLearner;
using testing::IsOk;
using testing::ParticipationBench;

// Moves towards the site's own target, and has a callback at the end of each round.
class BenchLearner final : public FakeLearner, private training::KeptState {
 public:
  BenchLearner(float target, std::function<void(int round)> trained, size_t state_bytes = 0)
      : FakeLearner({1, 2}, target), trained_(std::move(trained)), state_(state_bytes, 's') {}

  StatusOr<double> TrainRound(const training::LocalRound& local, std::span<float> parameters,
                              const std::atomic<bool>& stop) override {
    auto loss = FakeLearner::TrainRound(local, parameters, stop);
    if (trained_) trained_(local.round);
    return loss;
  }
  training::LearnerParts Parts() override { return {.state = this}; }

 private:
  std::string Save() const override { return state_; }
  Status Restore(std::string_view) override { return OkStatus(); }

  const std::function<void(int round)> trained_;
  const std::string state_;
};

std::string PlanOf(const std::string& sites, int rounds) {
  return fmt::format(
      "[run]\nsites = [{}]\nrounds = {}\n[schedule]\nkind = 'gossip'\ntopology = 'chain'\n"
      "[compression]\nkind = 'identity'\n",
      sites, rounds);
}

std::unique_ptr<training::Learner> Plain(const std::string& site) {
  return std::make_unique<BenchLearner>(site == "a" ? 0.0F : 4.0F, nullptr);
}

// The last checkpoint on the disk, as another process would find it.
int RoundsOnDisk(ParticipationBench& bench, const std::string& site) {
  const auto loaded = bench.site(site).checkpoints->Load("r1");
  return loaded.ok() && loaded->has_value() ? (*loaded)->rounds_completed : 0;
}

TEST(ParticipationTest, NothingIsSaidThatIsNotOnTheDisk) {
  int reports = 0;
  ParticipationBench bench({"a", "b"}, PlanOf("'a', 'b'", 20), Plain);
  bench.on_said = [&](const std::string& site, const v1::FromNode& message) {
    const int rounds = RoundsOnDisk(bench, site);
    if (message.has_progress()) {
      EXPECT_LE(message.progress().rounds_completed(), rounds) << site;
    }
    if (!message.has_report()) return;
    ++reports;
    EXPECT_TRUE((**bench.site(site).checkpoints->Load("r1")).consensus) << site;
    EXPECT_EQ(bench.site(site).releases, 1) << site;
  };
  bench.on_sent = [&](const std::string& site, const federation::PeerMessage& message) {
    EXPECT_LE(message.round - 1, RoundsOnDisk(bench, site)) << site;
  };
  bench.Assign();
  const auto a = bench.Report("a");
  const auto b = bench.Report("b");
  ASSERT_TRUE(a && b);
  EXPECT_EQ(reports, 2);
  EXPECT_EQ(a->rounds_completed, 20);
  EXPECT_EQ(a->model_digest, b->model_digest);
  EXPECT_EQ(a->model_digest.size(), 64U);
}

TEST(ParticipationTest, TheLoopTurnsAndTrainingGoesOnWhileTheDiskIsSlowButNothingIsSaid) {
  std::atomic<int> said = 0, sent = 0;  // about what follows the first round
  std::promise<void> second_round;
  ParticipationBench bench({"a", "b"}, PlanOf("'a', 'b'", 5), [&](const std::string& site) {
    return std::make_unique<BenchLearner>(1.0F, [&, site](int round) {
      if (site == "a" && round == 2) second_round.set_value();
    });
  });
  bench.on_said = [&](const std::string& site, const v1::FromNode& message) {
    said += site == "a" && message.progress().rounds_completed() > 0;
  };
  bench.on_sent = [&](const std::string& site, const federation::PeerMessage& message) {
    sent += site == "a" && message.round > 1;
  };
  bench.Invite();
  {
    MutexLock slow_disk(bench.site("a").database->mutex());
    bench.Assign();
    ASSERT_EQ(second_round.get_future().wait_for(std::chrono::seconds(60)),
              std::future_status::ready);
    for (int turn = 0; turn < 20; ++turn) ASSERT_TRUE(bench.OnLoop([] {}));
    EXPECT_EQ(said, 0);
    EXPECT_EQ(sent, 0);
  }
  const auto a = bench.Report("a");
  const auto b = bench.Report("b");
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->model_digest, b->model_digest);
  EXPECT_GT(said, 0);
  EXPECT_GT(sent, 0);
}

TEST(ParticipationTest, AGenerationThatEndsMeanwhileTakesAlongWhatItHadToSay) {
  std::vector<std::string> said;
  std::promise<void> second_round;
  ParticipationBench bench({"a"}, PlanOf("'a'", 5), [&](const std::string&) {
    return std::make_unique<BenchLearner>(1.0F, [&, told = false](int round) mutable {
      if (round == 2 && !std::exchange(told, true)) second_round.set_value();
    });
  });
  bench.Invite();
  bench.on_said = [&](const std::string&, const v1::FromNode& message) {
    if (message.has_offer()) said.push_back("offer");
    if (message.has_progress()) {
      said.push_back("progress of " + std::to_string(message.progress().generation()));
    }
  };
  {
    MutexLock slow_disk(bench.site("a").database->mutex());
    bench.Assign();
    second_round.get_future().wait();
    bench.OnLoop([&] {
      said.clear();
      bench.site("a").participation->Handle(federation::Hold{.run = "r1", .reason = "a test"});
      bench.site("a").participation->MakeOffer();
      bench.site("a").participation->MakeOffer();
    });
  }
  bench.WaitForDisk("a");
  bench.OnLoop([&] { EXPECT_THAT(said, ::testing::ElementsAre("offer")); });
  bench.Assign(3);
  EXPECT_TRUE(bench.Report("a").has_value());
}

TEST(ParticipationTest, OnAFullDiskTheRunGoesOnWithoutCheckpointsAndTheLogSaysSoOnce) {
  testing::TemporaryFolder logs;
  ASSERT_THAT(ops::SetUpLog({.file = logs / "log"}), IsOk());
  ParticipationBench bench({"a", "b"}, PlanOf("'a', 'b'", 8), [](const std::string& site) {
    return std::make_unique<BenchLearner>(site == "a" ? 0.0F : 4.0F, nullptr, 400'000);
  });
  {
    MutexLock lock(bench.site("a").database->mutex());
    ASSERT_THAT(bench.site("a").database->Execute("PRAGMA max_page_count = 20"), IsOk());
  }
  bench.Assign();
  EXPECT_TRUE(bench.Report("a").has_value());
  EXPECT_TRUE(bench.Report("b").has_value());
  EXPECT_EQ(RoundsOnDisk(bench, "a"), 0);
  const std::string log = *ReadFile(logs / "log");
  const size_t first = log.find("no room left to write");
  EXPECT_NE(first, std::string::npos) << log;
  EXPECT_EQ(log.find("no room left to write", first + 1), std::string::npos) << log;
  ASSERT_THAT(ops::SetUpLog({}), IsOk());
}

}  // namespace
}  // namespace consilium::node
