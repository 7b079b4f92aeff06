// Rounds per CPU second of a whole federation: four nodes and the coordinator as processes of their
// own, over mutual TLS, all-reduce at the coordinator, training that changes nothing. Beside the
// figures of ../shared/peers.md for Flower 1.5.0 with TLS.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/file.h"
#include "bench/federation_home.h"
#include "bench/identity_learner.h"
#include "client/api/administration_client.h"
#include "fmt/format.h"
#include "server/coordinator/coordinator.h"
#include "server/node/node.h"
#include "server/ops/log.h"
#include "server/ops/signals.h"
#include "server/ops/tune.h"

namespace consilium {
namespace {

constexpr int kNodes = 4;

struct Case {
  const char* name;
  int features;  // of the schema: decides how many parameters there are
  int rounds;
  double peer;  // Flower's rounds per CPU second
  double aim;   // times that
  const char* plan;
};
constexpr char kStar[] =
    "[schedule]\nkind = \"all_reduce\"\naggregator = \"coordinator\"\n"
    "topology = \"star\"\n[compression]\nkind = \"identity\"\n";
constexpr char kRelay[] =
    "[schedule]\nkind = \"relay_sum\"\ntopology = \"chain\"\n"
    "[compression]\nkind = \"low_rank\"\nrank = 2\n";
constexpr Case kCases[] = {
    {"10k parameters, all-reduce at the coordinator", 5, 3000, 86, 8, kStar},
    {"1M parameters, all-reduce at the coordinator", 497, 60, 4.8, 2, kStar},
    {"10k parameters, RelaySum, low rank 2", 5, 3000, 86, 8, kRelay},
};

std::string SiteName(int node) { return fmt::format("site-{}", node); }

std::string SchemaText(int features) {
  std::string text = "schema = \"bench\"\nversion = 1\n";
  for (int f = 0; f < features; ++f) {
    text += fmt::format(
        "[[features]]\nkey = \"f{0}\"\nlabel = \"f{0}\"\nquestion = \"f{0}?\"\n"
        "kind = \"continuous\"\nunit = \"1\"\nrange = {{ min = 0, max = 1 }}\n",
        f);
  }
  return text +
         "[[outcomes]]\nkey = \"y\"\nlabel = \"y\"\nquestion = \"y?\"\nclasses = [\n"
         "  { value = \"no\", label = \"no\" }, { value = \"yes\", label = \"yes\" } ]\n";
}

std::string CohortText(int features) {
  std::string header;
  std::string row;
  for (int f = 0; f < features; ++f) {
    header += fmt::format("f{},", f);
    row += "0.5,";
  }
  return header + "y\n" + row + "no\n" + row + "yes\n";
}

std::string PlanText(const Case& with) {
  std::string sites;
  for (int node = 0; node < kNodes; ++node) sites += fmt::format("\"{}\", ", SiteName(node));
  return fmt::format("[run]\nsites = [{}]\nrounds = {}\n{}", sites, with.rounds, with.plan);
}

// ---- the processes
// -------------------------------------------------------------------------------

[[noreturn]] void Die(const Status& status) {
  std::fprintf(stderr, "error: %s\n", std::string(Message(status)).c_str());
  _exit(1);
}

[[noreturn]] void BeCoordinator(const FederationHome& home, int ready) {
  CoordinatorConfig config;
  config.listen = "127.0.0.1:0";
  config.state = home / "coordinator";
  config.schema = home / "schema.toml";
  config.tls = home.Files("coordinator");
  auto coordinator = Coordinator::Open(config, SystemClock());
  if (!coordinator.ok()) Die(coordinator.status());
  const std::string address = (*coordinator)->address() + "\n";
  if (write(ready, address.data(), address.size()) < 0) _exit(1);
  WaitForStopSignal();
  (*coordinator)->Stop();
  _exit(0);
}

[[noreturn]] void BeNode(const FederationHome& home, int node, const std::string& coordinator) {
  NodeConfig config;
  config.site = SiteName(node);
  config.state = home / config.site;
  config.schema = home / "schema.toml";
  config.cohort = home / "patients.csv";
  config.coordinator = coordinator;
  config.checkpoint_every = Seconds(3600);
  config.tls = home.Files(config.site);
  auto opened = Node::Open(
      config, SystemClock(), [](const Plan& plan, const SiteRecords& records, const Model*) {
        return StatusOr<std::unique_ptr<Learner>>(
            NewIdentityLearner(records.schema, plan.training.state, plan.training.hidden));
      });
  if (!opened.ok()) Die(opened.status());
  (*opened)->Start();
  WaitForStopSignal();
  (*opened)->Stop();
  _exit(0);
}

// User and system seconds of a process so far.
double CpuSeconds(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double PeakMegabytes(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}

class Processes {
 public:
  ~Processes() {
    for (const pid_t pid : pids_) kill(pid, SIGTERM);
    for (const pid_t pid : pids_) waitpid(pid, nullptr, 0);
  }
  template <typename Work>
  void Start(Work work) {
    const pid_t pid = fork();
    if (pid == 0) {
      (void)SetUpLog({.format = LogFormat::kText, .level = LogLevel::kWarning, .file = ""});
      if (std::freopen("/dev/null", "w", stdout) == nullptr) _exit(1);
      work();
    }
    pids_.push_back(pid);
  }
  double Cpu() const {
    double seconds = 0;
    for (const pid_t pid : pids_) seconds += CpuSeconds(pid);
    return seconds;
  }
  const std::vector<pid_t>& pids() const { return pids_; }

 private:
  std::vector<pid_t> pids_;
};

StatusOr<std::string> StartAll(const FederationHome& home, Processes& processes) {
  int ends[2];
  if (pipe(ends) != 0) return Internal("no pipe");
  processes.Start([&] { BeCoordinator(home, ends[1]); });
  close(ends[1]);
  char address[64] = {};
  const ssize_t length = read(ends[0], address, sizeof address - 1);
  close(ends[0]);
  if (length <= 1) return Internal("the coordinator did not start");
  const std::string coordinator(address, static_cast<size_t>(length) - 1);
  for (int node = 0; node < kNodes; ++node) {
    processes.Start([&, node] { BeNode(home, node, coordinator); });
  }
  return coordinator;
}

// ---- one measurement
// -----------------------------------------------------------------------------

Status WaitForSites(AdministrationClient& client) {
  for (int attempt = 0; attempt < 2000; ++attempt) {
    ASSIGN_OR_RETURN(const std::vector<SiteView> sites, client.ListSites());
    if (sites.size() == kNodes) return OkStatus();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return DeadlineExceeded("the nodes did not attach");
}

Status Measure(const Case& with) {
  ASSIGN_OR_RETURN(FederationHome home, FederationHome::Make());
  RETURN_IF_ERROR(WriteFile(home / "schema.toml", SchemaText(with.features)));
  RETURN_IF_ERROR(WriteFile(home / "patients.csv", CohortText(with.features)));
  RETURN_IF_ERROR(home.Enrol("coordinator", "coordinator"));
  RETURN_IF_ERROR(home.Enrol("operator", "operator"));
  for (int node = 0; node < kNodes; ++node) RETURN_IF_ERROR(home.Enrol("node", SiteName(node)));
  Processes processes;
  ASSIGN_OR_RETURN(const std::string address, StartAll(home, processes));
  AdministrationClientOptions options;
  options.target = address;
  options.files = home.Files("operator");
  ASSIGN_OR_RETURN(const auto client, AdministrationClient::Create(options));
  RETURN_IF_ERROR(WaitForSites(*client));
  const double cpu_before = processes.Cpu();
  const Time began = SystemClock().Now();
  RETURN_IF_ERROR(client->StartRun("bench", PlanText(with), "bench").status());
  RunView last;
  while (!last.HasEnded()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ASSIGN_OR_RETURN(last, client->GetRun("bench"));
  }
  if (last.state != "finished") return Internal("the run {}: {}", last.state, last.reason);
  const double wall = ToSeconds(SystemClock().Now() - began);
  const double cpu = processes.Cpu() - cpu_before;
  const double rate = with.rounds / cpu;
  std::printf(
      "%-46s %8.1f rounds/CPU s  %5.1f x Flower (aim %.0f)  %7.1f rounds/s  %6.3f CPU ms  "
      "peak %.0f + %.0f MB\n",
      with.name, rate, rate / with.peer, with.aim, with.rounds / wall, 1000 * cpu / with.rounds,
      PeakMegabytes(processes.pids()[0]), PeakMegabytes(processes.pids()[1]));
  std::fflush(stdout);
  return OkStatus();
}

int Main(int argc, char** argv) {
  TuneProcess();
  HoldStopSignals();
  for (int i = 0; i < static_cast<int>(std::size(kCases)); ++i) {
    if (argc > 1 && std::atoi(argv[1]) != i) continue;
    // A process of its own: the daemons are forked before any thread of gRPC is there.
    const pid_t pid = fork();
    if (pid == 0) {
      const Status measured = Measure(kCases[i]);
      if (!measured.ok())
        std::fprintf(stderr, "%s: %s\n", kCases[i].name, std::string(Message(measured)).c_str());
      std::exit(measured.ok() ? 0 : 1);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    if (status != 0) return 1;
  }
  return 0;
}

}  // namespace
}  // namespace consilium

int main(int argc, char** argv) { return consilium::Main(argc, argv); }
