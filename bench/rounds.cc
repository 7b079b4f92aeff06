// Rounds per CPU second of a whole federation: four nodes and the coordinator as processes of their
// own, over mutual TLS, all-reduce at the coordinator, training that changes nothing. Beside the
// figures of ../shared/peers.md for Flower 1.5.0 with TLS, and of plain streams of the same bytes.
//   rounds            all cases
//   rounds CASE       one of them
//   rounds memory [N] the coordinator's memory with 4 to 64 nodes (or N); fails if it ever needs
//                     more than two models and kBesideModels
#include <grpcpp/impl/service_type.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/file.h"
#include "bench/federation_home.h"
#include "bench/identity_learner.h"
#include "bench/plain_stream.h"
#include "client/api/administration_client.h"
#include "fmt/format.h"
#include "server/coordinator/coordinator.h"
#include "server/node/node.h"
#include "server/ops/listen.h"
#include "server/ops/log.h"
#include "server/ops/signals.h"
#include "server/ops/tune.h"

namespace consilium::bench {
namespace {

struct Case {
  const char* name;
  int features;  // of the schema: decides how many parameters there are
  int rounds;
  double peer;  // Flower's rounds per CPU second
  double aim;   // times that
  const char* plan;
  int nodes = 4;
  size_t plain_bytes = 0;  // of a node's message, to compare with plain streams; 0: not compared
  double model = 0;        // megabytes; 0: memory is not bounded
  int width = 0;           // of the model's state and layers; 0: the default
};
constexpr double kBesideModels = 80;  // megabytes
constexpr char kStar[] =
    "[schedule]\nkind = \"all_reduce\"\naggregator = \"coordinator\"\n"
    "topology = \"star\"\n[compression]\nkind = \"identity\"\n";
constexpr char kTopK[] =
    "[schedule]\nkind = \"all_reduce\"\naggregator = \"coordinator\"\n"
    "topology = \"star\"\n[compression]\nkind = \"top_k\"\n";
constexpr char kScaffold[] =
    "[schedule]\nkind = \"scaffold\"\naggregator = \"coordinator\"\n"
    "topology = \"star\"\n[compression]\nkind = \"identity\"\n";
constexpr char kRelay[] =
    "[schedule]\nkind = \"relay_sum\"\ntopology = \"chain\"\n"
    "[compression]\nkind = \"low_rank\"\nrank = 2\n";
constexpr Case kCases[] = {
    {"10k parameters, all-reduce at the coordinator", 5, 3000, 86, 8, kStar},
    {"1M parameters, all-reduce at the coordinator", 497, 60, 4.8, 2, kStar, 4, 4'000'000},
    {"10k parameters, RelaySum, low rank 2", 5, 3000, 86, 8, kRelay},
};

constexpr char kTen[] = "10M parameters, all-reduce at the coordinator";
constexpr char kOne[] = "1M parameters, all-reduce at the coordinator";
constexpr Case kMemoryCases[] = {
    {kTen, 55, 8, 0.48, 2, kStar, 4, 0, 40, 300},
    {kTen, 55, 8, 0.48, 2, kStar, 16, 0, 40, 300},
    {"10M parameters, top-k at the coordinator", 55, 4, 0.48, 2, kTopK, 6, 0, 40, 300},
    {"10M parameters, SCAFFOLD at the coordinator", 55, 4, 0.48, 2, kScaffold, 5, 0, 40, 300},
    {kOne, 55, 4, 4.8, 2, kStar, 32, 0, 4, 90},
    {kOne, 55, 4, 4.8, 2, kStar, 64, 0, 4, 90}};

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
  for (int node = 0; node < with.nodes; ++node) sites += fmt::format("\"{}\", ", SiteName(node));
  const std::string model =
      with.width == 0 ? "" : fmt::format("[model]\nstate = {0}\nhidden = {0}\n", with.width);
  return fmt::format("[run]\nsites = [{}]\nrounds = {}\n{}{}", sites, with.rounds, with.plan,
                     model);
}

// ---- the processes
// -------------------------------------------------------------------------------

[[noreturn]] void Die(const Status& status) {
  std::fprintf(stderr, "error: %s\n", std::string(Message(status)).c_str());
  _exit(1);
}

[[noreturn]] void BeCoordinator(const FederationHome& home, int ready) {
  ops::UseOneHeap();
  ops::CoordinatorConfig config;
  config.listen = "127.0.0.1:0";
  config.state = home / "coordinator";
  config.schema = home / "schema.toml";
  config.tls = home.Files("coordinator");
  config.heartbeat = Seconds(60);  // sixteen checkpoints at once keep a disk busy for long
  auto coordinator = coordinator::Coordinator::Open(config, SystemClock());
  if (!coordinator.ok()) Die(coordinator.status());
  const std::string address = (*coordinator)->address() + "\n";
  if (write(ready, address.data(), address.size()) < 0) _exit(1);
  ops::WaitForStopSignal();
  (*coordinator)->Stop();
  _exit(0);
}

[[noreturn]] void BeNode(const FederationHome& home, int node, const std::string& coordinator) {
  ops::NodeConfig config;
  config.site = SiteName(node);
  config.state = home / config.site;
  config.schema = home / "schema.toml";
  config.cohort = home / "patients.csv";
  config.coordinator = coordinator;
  config.checkpoint_every = Seconds(3600);
  config.tls = home.Files(config.site);
  auto opened = node::Node::Open(
      config, SystemClock(),
      [](const federation::Plan& plan, const node::SiteRecords& records, const training::Model*) {
        return StatusOr<std::unique_ptr<training::Learner>>(
            NewIdentityLearner(records.schema, plan.training.state, plan.training.hidden));
      });
  if (!opened.ok()) Die(opened.status());
  (*opened)->Start();
  ops::WaitForStopSignal();
  (*opened)->Stop();
  _exit(0);
}

[[noreturn]] void BePlainServer(const FederationHome& home, int ready) {
  const auto service = NewPlainStreamService();
  auto listener = ops::Listener::Open("127.0.0.1:0", home.Files("coordinator"), {service.get()});
  if (!listener.ok()) Die(listener.status());
  const std::string address = (*listener)->address() + "\n";
  if (write(ready, address.data(), address.size()) < 0) _exit(1);
  ops::WaitForStopSignal();
  _exit(0);
}

[[noreturn]] void BePlainNode(const FederationHome& home, int node, const Case& with,
                              const std::string& server, int done) {
  const Status streamed =
      StreamPlainly(server, home.Files(SiteName(node)), with.plain_bytes, with.rounds);
  if (!streamed.ok()) Die(streamed);
  if (write(done, "x", 1) < 0) _exit(1);
  ops::WaitForStopSignal();
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
      (void)ops::SetUpLog(
          {.format = ops::LogFormat::kText, .level = ops::LogLevel::kWarning, .file = ""});
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

// Starts a server that writes its address to the pipe it is given; the address.
template <typename Serve>
StatusOr<std::string> StartServer(Processes& processes, Serve serve) {
  int ends[2];
  if (pipe(ends) != 0) return Internal("no pipe");
  processes.Start([&] { serve(ends[1]); });
  close(ends[1]);
  char address[64] = {};
  const ssize_t length = read(ends[0], address, sizeof address - 1);
  close(ends[0]);
  if (length <= 1) return Internal("the server did not start");
  return std::string(address, static_cast<size_t>(length) - 1);
}

StatusOr<std::string> StartAll(const FederationHome& home, const Case& with, Processes& processes) {
  ASSIGN_OR_RETURN(const std::string coordinator,
                   StartServer(processes, [&](int ready) { BeCoordinator(home, ready); }));
  for (int node = 0; node < with.nodes; ++node) {
    processes.Start([&, node] { BeNode(home, node, coordinator); });
  }
  return coordinator;
}

// ---- one measurement
// -----------------------------------------------------------------------------

Status WaitForSites(api::AdministrationClient& client, int nodes) {
  for (int attempt = 0; attempt < 2000; ++attempt) {
    ASSIGN_OR_RETURN(const std::vector<api::SiteView> sites, client.ListSites());
    if (static_cast<int>(sites.size()) == nodes) return OkStatus();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return DeadlineExceeded("the nodes did not attach");
}

struct Cost {
  double cpu = 0;   // seconds, of all processes
  double wall = 0;  // seconds
};

StatusOr<Cost> MeasurePlain(const FederationHome& home, const Case& with) {
  Processes processes;
  ASSIGN_OR_RETURN(const std::string address,
                   StartServer(processes, [&](int ready) { BePlainServer(home, ready); }));
  int ends[2];
  if (pipe(ends) != 0) return Internal("no pipe");
  const double cpu_before = processes.Cpu();
  const Time began = SystemClock().Now();
  for (int node = 0; node < with.nodes; ++node) {
    processes.Start([&, node] { BePlainNode(home, node, with, address, ends[1]); });
  }
  close(ends[1]);
  char done = 0;
  for (int node = 0; node < with.nodes; ++node) {
    if (read(ends[0], &done, 1) != 1) return Internal("a plain stream ended early");
  }
  const Cost cost{processes.Cpu() - cpu_before, ToSeconds(SystemClock().Now() - began)};
  close(ends[0]);
  return cost;
}

Status Compare(const FederationHome& home, const Case& with, const Cost& cost) {
  ASSIGN_OR_RETURN(const Cost plain, MeasurePlain(home, with));
  const double bytes = 2.0 * with.nodes * with.rounds * static_cast<double>(with.plain_bytes);
  std::printf(
      "  plain streams of the same bytes: %.0f MB/s, %.0f MB/CPU s; the federation reaches %.2f of "
      "it by the clock (%.0f MB/s), %.2f by CPU seconds (aim 0.6)\n",
      bytes / plain.wall / 1e6, bytes / plain.cpu / 1e6, plain.wall / cost.wall,
      bytes / cost.wall / 1e6, plain.cpu / cost.cpu);
  return OkStatus();
}

StatusOr<FederationHome> MakeHome(const Case& with) {
  ASSIGN_OR_RETURN(FederationHome home, FederationHome::Make());
  RETURN_IF_ERROR(WriteFile(home / "schema.toml", SchemaText(with.features)));
  RETURN_IF_ERROR(WriteFile(home / "patients.csv", CohortText(with.features)));
  RETURN_IF_ERROR(home.Enrol("coordinator", "coordinator"));
  RETURN_IF_ERROR(home.Enrol("operator", "operator"));
  for (int node = 0; node < with.nodes; ++node) RETURN_IF_ERROR(home.Enrol("node", SiteName(node)));
  return home;
}

StatusOr<Cost> MeasureRun(const FederationHome& home, const Case& with) {
  Processes processes;
  ASSIGN_OR_RETURN(const std::string address, StartAll(home, with, processes));
  api::AdministrationClientOptions options;
  options.target = address;
  options.files = home.Files("operator");
  ASSIGN_OR_RETURN(const auto client, api::AdministrationClient::Create(options));
  RETURN_IF_ERROR(WaitForSites(*client, with.nodes));
  const double cpu_before = processes.Cpu();
  const Time began = SystemClock().Now();
  RETURN_IF_ERROR(client->StartRun("bench", PlanText(with), "bench").status());
  api::RunView last;
  while (!last.HasEnded()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ASSIGN_OR_RETURN(last, client->GetRun("bench"));
  }
  if (last.state != "finished") return Internal("the run {}: {}", last.state, last.reason);
  const double wall = ToSeconds(SystemClock().Now() - began);
  const double cpu = processes.Cpu() - cpu_before;
  const double rate = with.rounds / cpu;
  std::printf(
      "%-46s %d nodes %8.1f rounds/CPU s  %5.1f x Flower (aim %.0f)  %7.1f rounds/s  %6.3f CPU ms  "
      "peak %.0f + %.0f MB\n",
      with.name, with.nodes, rate, rate / with.peer, with.aim, with.rounds / wall,
      1000 * cpu / with.rounds, PeakMegabytes(processes.pids()[0]),
      PeakMegabytes(processes.pids()[1]));
  const double peak = PeakMegabytes(processes.pids()[0]);
  if (with.model > 0 && peak > 2 * with.model + kBesideModels) {
    return Internal(
        "the coordinator needed {:.0f} MB, expected at most two models of {:.0f} MB and {:.0f} MB",
        peak, with.model, kBesideModels);
  }
  return Cost{cpu, wall};
}

// In a process of its own: the daemons are forked before any thread of gRPC is there.
template <typename Work>
bool InChild(const Case& with, Work work) {
  std::fflush(stdout);
  const pid_t pid = fork();
  if (pid == 0) {
    const Status measured = work();
    if (!measured.ok())
      std::fprintf(stderr, "%s: %s\n", with.name, std::string(Message(measured)).c_str());
    std::fflush(stdout);
    std::_Exit(measured.ok() ? 0 : 1);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return status == 0;
}

bool Measure(const Case& with) {
  auto home = MakeHome(with);
  if (!home.ok()) return InChild(with, [&] { return home.status(); });
  int ends[2];
  if (pipe(ends) != 0) return false;
  const bool ran = InChild(with, [&]() -> Status {
    ASSIGN_OR_RETURN(const Cost cost, MeasureRun(*home, with));
    if (write(ends[1], &cost, sizeof cost) != sizeof cost) return Internal("no pipe");
    return OkStatus();
  });
  close(ends[1]);
  Cost cost;
  const bool read_it = ran && read(ends[0], &cost, sizeof cost) == sizeof cost;
  close(ends[0]);
  if (!read_it || with.plain_bytes == 0) return read_it;
  return InChild(with, [&] { return Compare(*home, with, cost); });
}

int Main(int argc, char** argv) {
  ops::TuneProcess();
  ops::HoldStopSignals();
  const std::string which = argc > 1 ? argv[1] : "";
  if (which == "memory") {
    const int nodes = argc > 2 ? std::atoi(argv[2]) : 0;
    const auto measured = [nodes](const Case& with) {
      return (nodes != 0 && nodes != with.nodes) || Measure(with);
    };
    return std::ranges::all_of(kMemoryCases, measured) ? 0 : 1;
  }
  for (int i = 0; i < static_cast<int>(std::size(kCases)); ++i) {
    if (!which.empty() && std::atoi(which.c_str()) != i) continue;
    if (!Measure(kCases[i])) return 1;
  }
  return 0;
}

}  // namespace
}  // namespace consilium::bench

int main(int argc, char** argv) { return consilium::bench::Main(argc, argv); }
