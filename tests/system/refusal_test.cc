#include <gmock/gmock.h>

#include <filesystem>

#include "tests/system/federation.h"

namespace consilium::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

bool Logs(Federation& federation, const std::string& party, const std::string& text) {
  return Eventually([&] { return federation.Log(party).find(text) != std::string::npos; }, 20);
}

TEST(RefusalTest, ANodeOfAnotherAuthorityIsRefusedAndToldWhy) {
  Federation federation;
  federation.StartCoordinator();
  federation.MakeAuthority("stranger");
  federation.Enrol("node", "va", "stranger");
  std::filesystem::copy_file(federation.Folder("stranger") + "/authority.crt",
                             federation.Folder("va") + "/tls/authority.crt",
                             std::filesystem::copy_options::overwrite_existing);
  federation.StartNode("va");
  EXPECT_TRUE(Logs(federation, "va", "authority")) << federation.Log("va");
  EXPECT_THAT(federation.Log("va"), Not(HasSubstr("attached to the coordinator")));
  EXPECT_THAT(federation.Log("coordinator"), Not(HasSubstr("va is attached")));
}

TEST(RefusalTest, AClinicianMayNotMakeAnOperatorsCall) {
  Federation federation;
  federation.StartCoordinator();
  for (const Arguments& call : {Arguments{"run", "start", federation.Plan(3)},
                                Arguments{"run", "list"}, Arguments{"run", "stop"}}) {
    const Finished refused = federation.Consilium(call, "bob");
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.errors, AllOf(HasSubstr("clinician"), HasSubstr("operator")));
  }
  EXPECT_THAT(federation.Log("coordinator"), HasSubstr("refused"));
}

TEST(RefusalTest, ANodeWithAnotherSitesNameDoesNotStart) {
  Federation federation;
  federation.StartCoordinator();
  federation.StartNode("va");
  federation.daemon("va").Kill();
  std::string config = FileText(federation.Folder("va") + "/node.toml");
  config.replace(config.find("\"va\""), 4, "\"cleveland\"");
  federation.Write("va", "node.toml", config);
  const Finished refused =
      federation.Consiliumd({"node", "--config", federation.Folder("va") + "/node.toml"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.errors, AllOf(HasSubstr("cleveland"), HasSubstr("'va'")));
}

TEST(RefusalTest, ABadConfigurationIsAnErrorOfUseAndNamesLineAndKey) {
  Federation federation;
  federation.Write("bad", "node.toml", "[node]\nsite = \"va\"\nstat = \"state\"\n");
  const Finished refused =
      federation.Consiliumd({"node", "--config", federation.Folder("bad") + "/node.toml"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.errors,
              AllOf(HasSubstr("node.toml:3"), HasSubstr("stat"), HasSubstr("state")));
  EXPECT_EQ(federation.Consiliumd({"node", "--config", "/nowhere.toml"}).code, 2);
  EXPECT_EQ(federation.Consiliumd({"node"}).code, 2);
  EXPECT_EQ(federation.Consiliumd({"--help"}).code, 0);
}

TEST(RefusalTest, BadDataLosesNothingAndStrictRefusesToStart) {
  Federation federation;
  federation.StartCoordinator();
  federation.StartNode("va");
  federation.daemon("va").Kill();
  const std::string folder = federation.Folder("va");
  std::string patients = FileText(folder + "/patients.csv");
  patients.insert(patients.find('\n') + 1, "-17,");  // moves a row's cells by one
  federation.Write("va", "patients.csv", patients);

  const Finished checked =
      federation.Consiliumd({"node", "--check-config", "--config", folder + "/node.toml"});
  EXPECT_EQ(checked.code, 0) << checked.errors;
  EXPECT_THAT(checked.errors, HasSubstr("line 2"));

  std::string config = FileText(folder + "/node.toml");
  config.insert(config.find("[data]\n") + 7, "strict = true\n");
  federation.Write("va", "node.toml", config);
  const Finished refused = federation.Consiliumd({"node", "--config", folder + "/node.toml"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.errors, AllOf(HasSubstr("patients.csv"), HasSubstr("line 2")));
}

TEST(RefusalTest, ABadSchemaIsToldWithItsLine) {
  Federation federation;
  federation.StartCoordinator();
  federation.daemon("coordinator").Kill();
  const std::string folder = federation.Folder("coordinator");
  federation.Write("coordinator", "schema.toml", "schema = \"heart\"\nversion = \"one\"\n");
  const Finished refused =
      federation.Consiliumd({"coordinator", "--config", folder + "/coordinator.toml"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.errors, AllOf(HasSubstr("schema.toml:2"), HasSubstr("version")));
}

TEST(RefusalTest, ABadPlanStartsNothing) {
  Federation federation;
  federation.StartCoordinator();
  federation.Write("alice", "plan.toml", "[run]\nsites = [\"va\"]\nround = 3\n");
  const Finished refused =
      federation.Consilium({"run", "start", federation.Folder("alice") + "/plan.toml"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.errors, AllOf(HasSubstr("round"), HasSubstr("rounds")));
  EXPECT_THAT(federation.Consilium({"run", "list"}).out, HasSubstr("no runs yet"));
}

}  // namespace
}  // namespace consilium::testing
