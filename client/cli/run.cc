#include "client/cli/run.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <random>
#include <thread>

#include "base/file.h"
#include "client/cli/run_json.h"
#include "client/cli/run_progress.h"
#include "client/cli/run_table.h"
#include "client/cli/traffic_table.h"

namespace consilium::cli {
namespace {

constexpr auto kPatience = std::chrono::minutes(2);
constexpr auto kPause = std::chrono::milliseconds(500);

StatusOr<std::unique_ptr<api::AdministrationClient>> Connect(const ConnectionChoice& choice) {
  ASSIGN_OR_RETURN(const Connection connection, ResolveConnection(choice, "coordinator"));
  api::AdministrationClientOptions options;
  options.target = connection.target;
  options.files = connection.files;
  options.host = connection.host;
  return api::AdministrationClient::Create(options);
}

std::string FreshKey() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", device(), device(), device(), device());
}

std::unique_ptr<RunProgress> ProgressFor(Invocation& invocation) {
  if (invocation.json) return NewProgressJson(invocation.out);
  if (invocation.terminal) return NewProgressBars(invocation.out);
  return NewProgressLines(invocation.out);
}

void Print(const api::RunView& run, Invocation& invocation) {
  invocation.out << (invocation.json ? RunJson(run) : RunText(run)) << std::endl;
}

// Goes on watching when the coordinator was out of reach for a while, as while it is restarted.
Status WatchThrough(api::AdministrationClient& client, std::string run,
                    const std::function<bool(const api::RunView&)>& changed,
                    Invocation& invocation) {
  auto latest = std::chrono::steady_clock::now();
  bool seen = false;
  while (true) {
    const Status watched = client.WatchRun(run, [&](const api::RunView& view) {
      latest = std::chrono::steady_clock::now();
      seen = true;
      run = view.run;
      return changed(view);
    });
    const bool passing = watched.code() == StatusCode::kUnavailable ||
                         watched.code() == StatusCode::kFailedPrecondition;
    const bool patient = std::chrono::steady_clock::now() - latest < kPatience;
    if (watched.ok() || !seen || !passing || !patient) return watched;
    if (!invocation.json && !invocation.terminal) {
      invocation.err << "the coordinator is out of reach; trying again" << std::endl;
    }
    std::this_thread::sleep_for(kPause);
  }
}

Status Watch(api::AdministrationClient& client, const std::string& run, Invocation& invocation) {
  const std::unique_ptr<RunProgress> progress = ProgressFor(invocation);
  api::RunView last;
  const auto show = [&](const api::RunView& view) {
    progress->Show(view);
    last = view;
    return true;
  };
  RETURN_IF_ERROR(WatchThrough(client, run, show, invocation));
  if (last.state != "finished") {
    return Aborted("run {} is {}: {}", last.run, last.state, last.reason);
  }
  if (!invocation.json) invocation.out << "\n" << RunText(last) << std::endl;
  return OkStatus();
}

}  // namespace

Status StartRun(const RunStart& given, Invocation& invocation) {
  ASSIGN_OR_RETURN(const std::string plan, ReadFile(given.plan));
  const std::string name =
      given.name.empty() ? std::filesystem::path(given.plan).stem().string() : given.name;
  ASSIGN_OR_RETURN(const auto client, Connect(given.connection));
  ASSIGN_OR_RETURN(const api::RunView run,
                   client->StartRun(name, plan, given.key.empty() ? FreshKey() : given.key));
  if (given.watch) return Watch(*client, run.run, invocation);
  Print(run, invocation);
  return OkStatus();
}

Status ShowRun(const RunChoice& given, Invocation& invocation) {
  ASSIGN_OR_RETURN(const auto client, Connect(given.connection));
  ASSIGN_OR_RETURN(const api::RunView run, client->GetRun(given.run));
  Print(run, invocation);
  return OkStatus();
}

Status ShowTraffic(const RunChoice& given, Invocation& invocation) {
  ASSIGN_OR_RETURN(const auto client, Connect(given.connection));
  ASSIGN_OR_RETURN(const api::RunView run, client->GetRun(given.run));
  invocation.out << (invocation.json ? RunJson(run) : TrafficText(run)) << std::endl;
  return OkStatus();
}

Status WatchRun(const RunChoice& given, Invocation& invocation) {
  ASSIGN_OR_RETURN(const auto client, Connect(given.connection));
  return Watch(*client, given.run, invocation);
}

Status StopRun(const RunChoice& given, Invocation& invocation) {
  ASSIGN_OR_RETURN(const auto client, Connect(given.connection));
  ASSIGN_OR_RETURN(const api::RunView run, client->StopRun(given.run));
  Print(run, invocation);
  return OkStatus();
}

Status ListRuns(const ConnectionChoice& given, Invocation& invocation) {
  ASSIGN_OR_RETURN(const auto client, Connect(given));
  ASSIGN_OR_RETURN(const std::vector<api::RunView> runs, client->ListRuns());
  invocation.out << (invocation.json ? RunsJson(runs) : RunListText(runs)) << std::endl;
  return OkStatus();
}

Status ListSites(const ConnectionChoice& given, Invocation& invocation) {
  ASSIGN_OR_RETURN(const auto client, Connect(given));
  ASSIGN_OR_RETURN(const std::vector<api::SiteView> sites, client->ListSites());
  invocation.out << (invocation.json ? SitesJson(sites) : SiteListText(sites)) << std::endl;
  return OkStatus();
}

}  // namespace consilium::cli
