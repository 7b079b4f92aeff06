#include <gmock/gmock.h>

#include <csignal>

#include "tests/system/federation.h"

namespace consilium::testing {
namespace {

TEST(RestartTest, ARunGoesOnAfterKillNineOfANodeAndOfTheCoordinator) {
  Federation federation;
  federation.StartAll();
  constexpr int kRounds = 300;
  ASSERT_EQ(federation.Consilium({"run", "start", federation.Plan(kRounds), "--name", "long"}).code,
            0);

  ASSERT_TRUE(federation.ReachesRound("long", 20));
  federation.daemon("hungarian").Kill();
  federation.StartNode("hungarian");
  EXPECT_THAT(federation.Log("hungarian"), ::testing::Not(::testing::HasSubstr("error")));

  ASSERT_TRUE(federation.ReachesRound("long", 60));
  federation.daemon("coordinator").Kill();
  federation.StartCoordinator();

  ASSERT_TRUE(federation.Finishes("long")) << federation.Status("long").dump(2);
  const nlohmann::json status = federation.Status("long");
  EXPECT_EQ(status["rounds_completed"], kRounds);
  EXPECT_GE(status["generation"], 3);
  AgreedModel(status);
  EXPECT_THAT(federation.Log("hungarian"), ::testing::HasSubstr("going on after round"));
}

TEST(RestartTest, AFinishedRunIsStillThereAfterEverythingWasKilled) {
  Federation federation;
  federation.StartAll();
  ASSERT_EQ(
      federation.Consilium({"run", "start", federation.Plan(5), "--name", "done", "--watch"}).code,
      0);
  const std::string model = AgreedModel(federation.Status("done"));
  federation.daemon("coordinator").Kill();
  for (const std::string& site : kHospitals) federation.daemon(site).Kill();
  federation.StartAll();
  EXPECT_EQ(AgreedModel(federation.Status("done")), model);
  EXPECT_THAT(federation.Log("va"), ::testing::HasSubstr(model.substr(0, 8)));
}

TEST(RestartTest, AFrozenNodeIsLeftBehindAndLearnsHowTheRunEnded) {
  Federation federation;
  federation.StartAll();
  std::string plan = FileText(federation.Plan(200));
  plan.insert(plan.find("[schedule]"), "quorum = 3\ndeparture_grace_seconds = 0.5\n");
  federation.Write("alice", "plan.toml", plan);
  ASSERT_EQ(federation
                .Consilium({"run", "start", federation.Folder("alice") + "/plan.toml", "--name",
                            "short-handed"})
                .code,
            0);
  ASSERT_TRUE(federation.ReachesRound("short-handed", 5));
  federation.daemon("hungarian").Signal(SIGSTOP);
  ASSERT_TRUE(federation.Finishes("short-handed"));
  federation.daemon("hungarian").Signal(SIGCONT);
  EXPECT_TRUE(Eventually([&] {
    return federation.Log("hungarian").find("short-handed has ended: finished") !=
           std::string::npos;
  }));
}

TEST(RestartTest, ANodeWaitsForACoordinatorThatStartsLater) {
  Federation federation;
  federation.StartCoordinator();
  federation.daemon("coordinator").Kill();
  federation.StartNode("va");
  ASSERT_TRUE(
      Eventually([&] { return federation.Log("va").find("nobody listens") != std::string::npos; }));
  federation.StartCoordinator();
  EXPECT_TRUE(Eventually([&] {
    return federation.Log("va").find("attached to the coordinator") != std::string::npos;
  }));
}

}  // namespace
}  // namespace consilium::testing
