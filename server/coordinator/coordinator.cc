#include "server/coordinator/coordinator.h"

#include <grpcpp/impl/service_type.h>

#include <algorithm>
#include <utility>

#include "proto/federation.pb.h"
#include "server/coordinator/active_runs.h"
#include "server/coordinator/administration_service.h"
#include "server/coordinator/attendance.h"
#include "server/coordinator/federation_service.h"
#include "server/coordinator/routes.h"
#include "server/coordinator/run_metrics.h"
#include "server/ops/announce.h"
#include "server/ops/event_loop.h"
#include "server/ops/listen.h"
#include "server/ops/log.h"
#include "server/ops/metrics.h"
#include "server/storage/database.h"
#include "server/storage/runs.h"
#include "server/storage/sites.h"

namespace consilium::coordinator {
namespace {

Status CheckOwnCertificate(const ops::CoordinatorConfig& config) {
  ASSIGN_OR_RETURN(const security::OwnCertificate own, security::CheckTlsFiles(config.tls));
  if (own.identity.role == security::Role::kCoordinator) return OkStatus();
  return InvalidArgument("{} is a certificate for the role {}, expected coordinator",
                         config.tls.certificate, security::RoleName(own.identity.role));
}

class RunningCoordinator final : public Coordinator, private AttachmentEvents {
 public:
  RunningCoordinator(const ops::CoordinatorConfig& config, data::Schema schema,
                     std::unique_ptr<storage::Database> database, const Clock& clock)
      : clock_(clock),
        schema_(std::move(schema)),
        database_(std::move(database)),
        stored_runs_(*database_),
        stored_sites_(*database_),
        runs_(stored_runs_, switchboard_, routes_, schema_, clock,
              [this](std::function<void()> task) { loop_.Post(std::move(task)); }),
        attendance_(stored_sites_, switchboard_,
                    {.heartbeat = config.heartbeat, .queue_bytes = config.queue_bytes}, clock,
                    {.attached = [this](const std::string& site) { runs_.Attached(site); },
                     .detached = [this](const std::string& site,
                                        Time since) { runs_.Detached(site, since); },
                     .grace = [this](const std::string& site) { return runs_.Grace(site); }}),
        loop_(clock) {
    federation_ = NewFederationService({.bytes = &stream_bytes_}, *this);
    administration_ = NewAdministrationService(loop_, runs_, attendance_);
  }

  ~RunningCoordinator() override { Stop(); }

  Status Serve(const ops::CoordinatorConfig& config) {
    if (!config.metrics_listen.empty()) {
      ASSIGN_OR_RETURN(metrics_, ops::Metrics::Open(config.metrics_listen));
      metrics_->BeforeServing([this] { Observe(stream_bytes_, *metrics_); });
      run_metrics_.emplace(*metrics_, clock_);
      runs_.WhenChanged(
          [this](const federation::RunRecord& record) { run_metrics_->Observe(record); });
    }
    RETURN_IF_ERROR(runs_.Restore());
    RETURN_IF_ERROR(attendance_.Restore());
    loop_.Start({.next = [this] { return NextDeadline(); }, .tick = [this] { Tick(); }});
    ASSIGN_OR_RETURN(listener_, ops::Listener::Open(config.listen, config.tls,
                                                    {federation_.get(), administration_.get()}));
    std::vector<ops::ListeningPort> ports = {{"federation", listener_->address()}};
    if (metrics_) ports.push_back({"metrics", metrics_->address()});
    return ops::Announce(config.state, ports);
  }

  const std::string& address() const override { return listener_->address(); }

  void Stop() override {
    if (listener_) listener_->Close();
    loop_.Stop();
  }

 private:
  std::optional<Time> NextDeadline() const {
    std::optional<Time> next = runs_.NextDeadline();
    const auto consider = [&next](std::optional<Time> at) {
      if (at && (!next || *at < *next)) next = at;
    };
    consider(attendance_.NextDeadline());
    if (run_metrics_) consider(run_metrics_->NextDeadline());
    return next;
  }

  void Tick() {
    runs_.Tick();
    attendance_.Tick();
    if (metrics_) ObserveRefused(routes_.refused(), *metrics_);
    if (run_metrics_) run_metrics_->Tick();
  }

  // ---- from gRPC's threads ----

  void Arrived(const std::shared_ptr<NodeStream>& stream) override {
    loop_.Post([this, stream] { attendance_.Arrived(stream); });
  }

  void Said(const std::string& site, v1::FromNode message) override {
    loop_.Post([this, site, message = std::move(message)] { runs_.Said(site, message); });
  }

  void Sent(v1::PeerChunk& chunk, std::function<void()> resume) override {
    if (!routes_.Allows(chunk)) {
      resume();  // of a generation that is over, or of a stranger
    } else if (chunk.to() == federation::kCoordinatorSite) {
      v1::PeerChunk taken;
      taken.Swap(&chunk);
      loop_.Post([this, taken = std::move(taken), resume = std::move(resume)]() mutable {
        runs_.SentToCoordinator(taken, std::move(resume));
      });
    } else if (const auto target = switchboard_.Find(chunk.to())) {
      target->Forward(chunk, std::move(resume));
    } else {
      resume();  // nobody there: the run will publish a new generation
    }
  }

  void Left(const std::shared_ptr<NodeStream>& stream) override {
    loop_.Post([this, stream] { attendance_.Left(*stream); });
  }

  // Constant.
  const Clock& clock_;
  const data::Schema schema_;
  std::unique_ptr<storage::Database> database_;
  storage::Runs stored_runs_;
  storage::Sites stored_sites_;
  Switchboard switchboard_;
  Routes routes_;

  StreamBytes stream_bytes_;
  std::unique_ptr<ops::Metrics> metrics_;

  // Touched on the loop only, once it runs.
  std::optional<RunMetrics> run_metrics_;
  ActiveRuns runs_;
  Attendance attendance_;

  ops::EventLoop loop_;
  std::unique_ptr<grpc::Service> federation_;
  std::unique_ptr<grpc::Service> administration_;
  std::unique_ptr<ops::Listener> listener_;
};

}  // namespace

StatusOr<std::unique_ptr<Coordinator>> Coordinator::Open(const ops::CoordinatorConfig& config,
                                                         const Clock& clock) {
  RETURN_IF_ERROR(CheckOwnCertificate(config));
  ASSIGN_OR_RETURN(data::Schema schema, data::LoadSchema(config.schema));
  ASSIGN_OR_RETURN(auto database,
                   storage::Database::Open(config.state, storage::CoordinatorFormat()));
  auto coordinator =
      std::make_unique<RunningCoordinator>(config, std::move(schema), std::move(database), clock);
  RETURN_IF_ERROR(coordinator->Serve(config));
  return std::unique_ptr<Coordinator>(std::move(coordinator));
}

Status CheckCoordinator(const ops::CoordinatorConfig& config) {
  RETURN_IF_ERROR(CheckOwnCertificate(config));
  return data::LoadSchema(config.schema).status();
}

}  // namespace consilium::coordinator
