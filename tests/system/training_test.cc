#include <gmock/gmock.h>

#include <csignal>

#include "tests/system/federation.h"

namespace consilium::testing {
namespace {

using ::testing::HasSubstr;

Finished Consult(Federation& federation, const std::string& site, const std::string& answers) {
  federation.Write("bob", "answers.toml", answers);
  const std::string tls = federation.Folder("bob") + "/tls";
  return federation.Consilium(
      {"consult", "--node", federation.AddressOf(site, "consultation"), "--certificate",
       tls + "/bob.crt", "--key", tls + "/bob.key", "--authority", tls + "/authority.crt",
       "--answers", federation.Folder("bob") + "/answers.toml"},
      "bob");
}

TEST(TrainingTest, FourHospitalsTrainTogetherAndAClinicianConsults) {
  Federation federation;
  federation.StartAll();
  const Finished run =
      federation.Consilium({"run", "start", federation.Plan(10), "--name", "first", "--watch"});
  ASSERT_EQ(run.code, 0) << run.out << run.errors;
  EXPECT_THAT(run.out, HasSubstr("federated"));
  EXPECT_THAT(run.out, HasSubstr("switzerland"));

  const nlohmann::json status = federation.Status("first");
  EXPECT_EQ(status["rounds_completed"], 10);
  AgreedModel(status);
  for (const nlohmann::json& site : status["sites"]) {
    EXPECT_GT(site["bytes_uncompressed"].get<double>(), 2 * site["bytes_sent"].get<double>());
    EXPECT_TRUE(site["report"]["outcomes"][0]["models"].contains("federated"));
  }

  const Finished consulted =
      Consult(federation, "switzerland", "age = 61\nsex = \"male\"\ncp = \"none\"\n");
  EXPECT_EQ(consulted.code, 0) << consulted.errors;
  EXPECT_THAT(consulted.out, HasSubstr("chol"));  // not asked yet
  const Finished refused = Consult(federation, "switzerland", "chol = 9999\n");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.out, HasSubstr("9999"));

  const Finished sites = federation.Consilium({"site", "list"});
  EXPECT_EQ(sites.code, 0);
  for (const std::string& site : kHospitals) EXPECT_THAT(sites.out, HasSubstr(site));
}

TEST(TrainingTest, TheSameIdempotencyKeyStartsOneRun) {
  Federation federation;
  federation.StartCoordinator();
  const Arguments start = {
      "run", "start", federation.Plan(10), "--name", "first", "--idempotency-key", "k1", "--json"};
  EXPECT_EQ(federation.Consilium(start).code, 0);
  const Finished again = federation.Consilium(start);
  EXPECT_EQ(again.code, 0) << again.errors;
  const nlohmann::json runs =
      nlohmann::json::parse(federation.Consilium({"run", "list", "--json"}).out, nullptr, false);
  EXPECT_EQ(runs.size(), 1U);
  Arguments other = start;
  other[6] = "k2";
  const Finished taken = federation.Consilium(other);
  EXPECT_EQ(taken.code, 1);
  EXPECT_THAT(taken.errors, HasSubstr("first"));
}

TEST(TrainingTest, AnOperatorStopsARunAndTheNextOneStarts) {
  Federation federation;
  federation.StartAll();
  ASSERT_EQ(
      federation.Consilium({"run", "start", federation.Plan(100000), "--name", "endless"}).code, 0);
  ASSERT_TRUE(federation.ReachesRound("endless", 2));
  const Finished stopped = federation.Consilium({"run", "stop", "endless", "--json"});
  EXPECT_EQ(stopped.code, 0) << stopped.errors;
  const nlohmann::json status = federation.Status("endless");
  EXPECT_EQ(status["state"], "stopped");
  EXPECT_THAT(status["reason"].get<std::string>(), HasSubstr("alice"));
  EXPECT_EQ(
      federation.Consilium({"run", "start", federation.Plan(3), "--name", "next", "--watch"}).code,
      0);
}

TEST(TrainingTest, DaemonsStopInTheMiddleOfTrainingWithoutFinishingIt) {
  Federation federation;
  federation.StartAll();
  ASSERT_EQ(
      federation.Consilium({"run", "start", federation.Plan(100000), "--name", "endless"}).code, 0);
  ASSERT_TRUE(federation.ReachesRound("endless", 2));
  for (const std::string party : {"va", "coordinator", "cleveland"}) {
    Process& daemon = federation.daemon(party);
    const double before = daemon.ProcessorSeconds();
    daemon.Signal(SIGTERM);
    EXPECT_EQ(daemon.Wait(60), 0) << party << "\n" << federation.Log(party);
    EXPECT_LT(daemon.ProcessorSeconds() - before, 1) << party;
  }
}

}  // namespace
}  // namespace consilium::testing
