// consiliumd: the coordinator's and the hospitals' daemon.
#include <cstdio>

#include "base/command/command_line.h"
#include "base/wire/grpc_log.h"
#include "server/coordinator/coordinator.h"
#include "server/node/node.h"
#include "server/ops/health.h"
#include "server/ops/log.h"
#include "server/ops/signals.h"
#include "server/ops/tune.h"
#include "server/ops/version.h"

namespace consilium {
namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

int Fail(const Status& status, int code = kFailed) {
  std::fprintf(stderr, "error: %s\n", std::string(Message(status)).c_str());
  return code;
}

int Answer(const Status& status) { return status.ok() ? kOk : Fail(status); }

int WaitAndStop(auto& daemon) {
  const int signal = ops::WaitForStopSignal();
  ops::LogInfo("stopping", "stopping on signal {}", signal);
  daemon.Stop();
  ops::LogInfo("stopped", "stopped");
  return kOk;
}

enum class Task { kRun, kCheckConfig, kCheckHealth };

int RunCoordinator(const std::string& path, Task task) {
  const StatusOr<ops::CoordinatorConfig> config = ops::LoadCoordinatorConfig(path);
  if (!config.ok()) return Fail(config.status(), kUsage);
  if (task == Task::kCheckHealth) return Answer(ops::CheckHealth(config->state));
  if (const Status log = ops::SetUpLog(config->log); !log.ok()) return Fail(log, kUsage);
  if (task == Task::kCheckConfig) return Answer(coordinator::CheckCoordinator(*config));
  ops::UseOneHeap();
  auto coordinator = coordinator::Coordinator::Open(*config, SystemClock());
  if (!coordinator.ok()) return Fail(coordinator.status());
  ops::LogInfo("ready", "{}: coordinator ready on {}", ops::kSoftware, (*coordinator)->address());
  return WaitAndStop(**coordinator);
}

int RunNode(const std::string& path, Task task) {
  const StatusOr<ops::NodeConfig> config = ops::LoadNodeConfig(path);
  if (!config.ok()) return Fail(config.status(), kUsage);
  if (task == Task::kCheckHealth) return Answer(ops::CheckHealth(config->state));
  if (const Status log = ops::SetUpLog(config->log); !log.ok()) return Fail(log, kUsage);
  if (task == Task::kCheckConfig) return Answer(node::CheckNode(*config));
  auto node = node::Node::Open(*config, SystemClock());
  if (!node.ok()) return Fail(node.status());
  (*node)->Start();
  ops::LogInfo("ready", "{}: node of {} ready", ops::kSoftware, config->site);
  return WaitAndStop(**node);
}

int Main(int argc, char** argv) {
  ops::TuneProcess();
  ops::HoldStopSignals();
  wire::RedirectGrpcLog([](std::string_view line) { ops::LogOnceAMinute("grpc", line); });
  CommandLine line({.name = "consiliumd",
                    .what = "The daemon of a Consilium federation.",
                    .version = ops::kSoftware});
  std::string path;
  bool check_only = false;
  bool health_only = false;
  int (*run)(const std::string& path, Task task) = nullptr;
  const auto add = [&](const char* name, const char* purpose, const char* example, auto* role) {
    const Command command = line.program().Add(name, purpose, example);
    command.Option("--config", &path, "TOML file", {.required = true, .type = "FILE"});
    command.Option("--check-config", &check_only,
                   "Check the file and what it names, then exit: 0 if all is well");
    command.Option("--health", &health_only,
                   "Ask the daemon that runs with this file whether it answers, then exit");
    command.OnCall([&run, role] { run = role; });
  };
  add("coordinator", "Plan runs, carry messages between nodes, answer operators",
      "Example:\n  consiliumd coordinator --config /etc/consilium/coordinator.toml",
      RunCoordinator);
  add("node", "Train on this hospital's patients and serve its clinicians",
      "Example:\n  consiliumd node --config /etc/consilium/node.toml", RunNode);
  const StatusOr<bool> parsed = line.Parse(argc, argv);
  if (!parsed.ok()) {
    std::fprintf(stderr, "%s\nRun with --help for more information.\n",
                 std::string(Message(parsed.status())).c_str());
    return kUsage;
  }
  if (run == nullptr) return kOk;  // help or the version was asked for
  return run(path, health_only ? Task::kCheckHealth : check_only ? Task::kCheckConfig : Task::kRun);
}

}  // namespace
}  // namespace consilium

int main(int argc, char** argv) { return consilium::Main(argc, argv); }
