#include "tests/system/federation.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>

#include "fmt/format.h"
#include "gtest/gtest.h"

namespace consilium::testing {
namespace {

namespace fs = std::filesystem;

const std::string kClient = CONSILIUM_BIN "/consilium";
const std::string kDaemon = CONSILIUM_BIN "/consiliumd";
constexpr char kData[] = "../shared/data/heart";
constexpr char kExample[] = "examples/heart";

}  // namespace

const std::vector<std::string> kHospitals = {"cleveland", "hungarian", "switzerland", "va"};

Federation::Federation() {
  MakeAuthority("authority");
  Enrol("coordinator", "coordinator");
  Enrol("operator", "alice");
  Enrol("clinician", "bob");
  WriteCoordinator();
}

Federation::~Federation() {
  if (!::testing::Test::HasFailure()) return;
  for (const auto& [party, process] : daemons_) {
    std::fprintf(stderr, "---- log of %s\n%s", party.c_str(), Log(party).c_str());
  }
}

void Federation::Expect(const Finished& finished, const std::string& what) const {
  if (finished.code == 0) return;
  ADD_FAILURE() << what << ": exit code " << finished.code << "\n"
                << finished.out << finished.errors;
}

void Federation::Write(const std::string& party, const std::string& file,
                       const std::string& text) const {
  fs::create_directories(Folder(party));
  std::ofstream(Folder(party) + "/" + file) << text;
}

void Federation::MakeAuthority(const std::string& folder, const std::string& federation) {
  Expect(Consilium({"pki", "init", "--authority", Folder(folder), "--federation", federation}, ""),
         "pki init");
}

void Federation::Enrol(const std::string& role, const std::string& party,
                       const std::string& authority, const std::string& federation) {
  const std::string tls = Folder(party) + "/tls";
  fs::create_directories(tls);
  Arguments who = {"--role", role, "--name", party};
  if (role == "node" || role == "coordinator") who.insert(who.end(), {"--ip", "127.0.0.1"});
  Arguments request = {"pki", "request", "--directory", tls, "--federation", federation};
  request.insert(request.end(), who.begin(), who.end());
  Expect(Consilium(request, ""), "pki request");
  Arguments sign = {"pki",         "sign",
                    "--authority", Folder(authority),
                    "--request",   tls + "/" + party + ".csr",
                    "--out",       tls + "/" + party + ".crt"};
  sign.insert(sign.end(), who.begin(), who.end());
  Expect(Consilium(sign, ""), "pki sign");
  fs::copy_file(Folder("authority") + "/authority.crt", tls + "/authority.crt",
                fs::copy_options::overwrite_existing);
}

std::string Federation::TlsTable(const std::string& party) const {
  return fmt::format(
      "[tls]\ncertificate = \"tls/{0}.crt\"\nkey = \"tls/{0}.key\"\n"
      "authority = \"tls/authority.crt\"\n",
      party);
}

void Federation::WriteCoordinator() {
  fs::copy_file(fmt::format("{}/schema.toml", kExample), Folder("coordinator") + "/schema.toml",
                fs::copy_options::overwrite_existing);
  Write("coordinator", "coordinator.toml",
        fmt::format("[coordinator]\nlisten = \"{}\"\nstate = \"state\"\nschema = \"schema.toml\"\n"
                    "heartbeat_seconds = 1\n{}[metrics]\nlisten = \"127.0.0.1:0\"\n",
                    coordinator_address_, TlsTable("coordinator")));
}

void Federation::WriteNode(const std::string& site) {
  fs::copy_file(fmt::format("{}/schema.toml", kExample), Folder(site) + "/schema.toml",
                fs::copy_options::overwrite_existing);
  fs::copy_file(fmt::format("{}/sites/{}.toml", kExample, site), Folder(site) + "/mapping.toml",
                fs::copy_options::overwrite_existing);
  Write(site, "node.toml",
        fmt::format("[node]\nsite = \"{}\"\ncoordinator = \"{}\"\nstate = \"state\"\n"
                    "schema = \"schema.toml\"\nlongest_backoff_seconds = 1\n"
                    "[data]\ncohort = \"patients.csv\"\nmapping = \"mapping.toml\"\n"
                    "[consultation]\nlisten = \"127.0.0.1:0\"\n{}",
                    site, coordinator_address_, TlsTable(site)));
}

void Federation::GivePatients(const std::string& site) {
  const std::string real = fmt::format("{}/{}.csv", kData, site);
  const std::string own = Folder(site) + "/patients.csv";
  if (fs::exists(own)) return;
  if (fs::exists(real)) {
    fs::copy_file(real, own);
    return;
  }
  Expect(Consilium({"cohort", "synthesise", "--schema", fmt::format("{}/schema.toml", kExample),
                    "--mapping", fmt::format("{}/sites/{}.toml", kExample, site), "--site", site,
                    "--out", own},
                   ""),
         "cohort synthesise");
}

std::string Federation::Log(const std::string& party) const {
  return FileText(Folder(party) + "/daemon.log");
}

std::string Federation::AddressOf(const std::string& party, const std::string& service) const {
  const std::string text = FileText(Folder(party) + "/state/ports.json");
  const nlohmann::json ports = nlohmann::json::parse(text, nullptr, false);
  return ports.is_object() && ports.contains(service) ? ports[service] : "";
}

void Federation::StartCoordinator() {
  const std::string folder = Folder("coordinator");
  fs::remove(folder + "/state/ports.json");
  daemons_["coordinator"] = std::make_unique<Process>(
      Arguments{kDaemon, "coordinator", "--config", folder + "/coordinator.toml"},
      folder + "/daemon.out", folder + "/daemon.log");
  ASSERT_TRUE(Eventually([&] { return !AddressOf("coordinator", "federation").empty(); }))
      << Log("coordinator");
  coordinator_address_ = AddressOf("coordinator", "federation");
  WriteCoordinator();  // the same port after a restart
  for (const std::string who : {"alice", "bob"}) {
    Write(who, "client.toml",
          fmt::format("[coordinator]\naddress = \"{}\"\n{}", coordinator_address_, TlsTable(who)));
  }
}

void Federation::StartNode(const std::string& site) {
  const std::string folder = Folder(site);
  if (!fs::exists(folder + "/tls")) Enrol("node", site);
  GivePatients(site);
  WriteNode(site);
  fs::remove(folder + "/state/ports.json");
  daemons_[site] =
      std::make_unique<Process>(Arguments{kDaemon, "node", "--config", folder + "/node.toml"},
                                folder + "/daemon.out", folder + "/daemon.log");
  ASSERT_TRUE(Eventually([&] { return !AddressOf(site, "consultation").empty(); })) << Log(site);
}

void Federation::StartAll() {
  StartCoordinator();
  for (const std::string& site : kHospitals) StartNode(site);
}

Finished Federation::Consilium(Arguments arguments, const std::string& who, double seconds) {
  arguments.insert(arguments.begin(), kClient);
  Environment environment;
  if (!who.empty()) environment["CONSILIUM_CONFIG"] = Folder(who) + "/client.toml";
  return RunToEnd(arguments, home_.path(), seconds, environment);
}

Finished Federation::Consiliumd(Arguments arguments, double seconds) {
  arguments.insert(arguments.begin(), kDaemon);
  return RunToEnd(arguments, home_.path(), seconds);
}

std::string Federation::Plan(int rounds) const {
  const std::string path = fmt::format("{}/plan-{}.toml", home_.path(), rounds);
  std::ofstream(path) << fmt::format(
      "[run]\nsites = [\"cleveland\", \"hungarian\", \"switzerland\", \"va\"]\nrounds = {}\n"
      "[schedule]\nkind = \"relay_sum\"\ntopology = \"chain\"\n"
      "[compression]\nkind = \"low_rank\"\nrank = 2\n"
      "[evaluation]\nbaselines = [\"logistic_regression\"]\n",
      rounds);
  return path;
}

nlohmann::json Federation::Status(const std::string& run) {
  const Finished finished = Consilium({"run", "status", run, "--json"});
  return nlohmann::json::parse(finished.out, nullptr, false);
}

bool Federation::ReachesRound(const std::string& run, int round, double seconds) {
  return Eventually(
      [&] {
        const nlohmann::json status = Status(run);
        return status.is_object() && status.value("rounds_completed", 0) >= round;
      },
      seconds);
}

bool Federation::Finishes(const std::string& run, double seconds) {
  return Eventually(
      [&] {
        const nlohmann::json status = Status(run);
        return status.is_object() && status.value("state", "") == "finished";
      },
      seconds);
}

std::string AgreedModel(const nlohmann::json& status) {
  std::set<std::string> models;
  for (const nlohmann::json& site : status["sites"]) {
    models.insert(site.contains("report") ? site["report"].value("model", "") : "no report");
  }
  EXPECT_EQ(models.size(), 1U) << status.dump(2);
  const std::string model = models.empty() ? "" : *models.begin();
  EXPECT_EQ(model.size(), 64U) << status.dump(2);
  EXPECT_EQ(status.value("model", ""), model);
  return model;
}

}  // namespace consilium::testing
