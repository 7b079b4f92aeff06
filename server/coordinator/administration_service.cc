#include "server/coordinator/administration_service.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "base/wire/caller.h"
#include "base/wire/status.h"
#include "proto/administration.grpc.pb.h"
#include "server/coordinator/run_status.h"
#include "server/coordinator/run_watch.h"

namespace consilium::coordinator {
namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

class AdministrationService final : public v1::Administration::CallbackService {
 public:
  AdministrationService(ops::EventLoop& loop, ActiveRuns& runs, Attendance& attendance)
      : loop_(loop), runs_(runs), attendance_(attendance) {}

  Reactor* StartRun(Context* context, const v1::StartRunRequest* request,
                    v1::RunStatus* response) override {
    return OnLoop(context, [this, request, response] {
      return Answer(runs_.Start(request->idempotency_key(), request->name(), request->plan()),
                    *response);
    });
  }

  Reactor* GetRun(Context* context, const v1::GetRunRequest* request,
                  v1::RunStatus* response) override {
    return OnLoop(context, [this, request, response] {
      return Answer(runs_.Find(request->run()), *response);
    });
  }

  Reactor* StopRun(Context* context, const v1::StopRunRequest* request,
                   v1::RunStatus* response) override {
    return OnLoop(context, [this, context, request, response]() -> Status {
      ASSIGN_OR_RETURN(const security::Identity caller, wire::CallerIdentity(*context));
      return Answer(runs_.Stop(request->run(), caller.name), *response);
    });
  }

  Reactor* ListRuns(Context* context, const v1::ListRunsRequest*,
                    v1::ListRunsResponse* response) override {
    return OnLoop(context, [this, response] {
      for (const federation::Run* const run : runs_.List()) {
        Encode(run->record(), run->plan(), *response->add_runs());
      }
      return OkStatus();
    });
  }

  Reactor* ListSites(Context* context, const v1::ListSitesRequest*,
                     v1::ListSitesResponse* response) override {
    return OnLoop(context, [this, response] {
      for (const Attendance::Entry& entry : attendance_.List()) {
        EncodeSite(entry, *response->add_sites());
      }
      return OkStatus();
    });
  }

  grpc::ServerWriteReactor<v1::RunStatus>* WatchRun(Context*,
                                                    const v1::GetRunRequest* request) override {
    std::shared_ptr<RunWatch> watch = RunWatch::Begin();
    loop_.Post([this, watch, run = request->run()] {
      const Status watched = runs_.Watch(run, watch);
      if (!watched.ok()) watch->Refuse(watched);
    });
    return watch->reactor();
  }

 private:
  template <typename Work>
  Reactor* OnLoop(Context* context, Work work) {
    Reactor* const reactor = context->DefaultReactor();
    loop_.Post(
        [reactor, work = std::move(work)]() mutable { reactor->Finish(wire::ToGrpc(work())); });
    return reactor;
  }

  static Status Answer(const StatusOr<const federation::Run*>& run, v1::RunStatus& response) {
    if (!run.ok()) return run.status();
    Encode((*run)->record(), (*run)->plan(), response);
    return OkStatus();
  }

  void EncodeSite(const Attendance::Entry& entry, v1::Site& to) const {
    to.set_site(entry.seen.site);
    to.set_attached(entry.attached);
    to.set_last_seen(FormatTime(entry.seen.last_seen));
    to.set_software(entry.seen.software);
    to.set_address(entry.seen.address);
    to.set_schema_version(entry.seen.schema_version);
    to.set_run(runs_.RunOf(entry.seen.site));
    if (entry.seen.certificate_expires) {
      to.set_certificate_expires(FormatTime(*entry.seen.certificate_expires));
    }
  }

  ops::EventLoop& loop_;
  ActiveRuns& runs_;
  Attendance& attendance_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewAdministrationService(ops::EventLoop& loop, ActiveRuns& runs,
                                                        Attendance& attendance) {
  return std::make_unique<AdministrationService>(loop, runs, attendance);
}

}  // namespace consilium::coordinator
