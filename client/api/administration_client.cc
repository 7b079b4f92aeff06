#include "client/api/administration_client.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "base/wire/channel.h"
#include "base/wire/diagnose.h"
#include "base/wire/status.h"
#include "client/api/federation_messages.h"
#include "proto/administration.grpc.pb.h"

namespace consilium::api {
namespace {

security::ExpectedIdentity Coordinator() {
  return {.role = security::Role::kCoordinator, .name = "", .federation = ""};
}

class Client final : public AdministrationClient {
 public:
  Client(std::shared_ptr<grpc::Channel> channel, AdministrationClientOptions options)
      : options_(std::move(options)), stub_(v1::Administration::NewStub(channel)) {}

  StatusOr<RunView> StartRun(const std::string& name, const std::string& plan,
                             const std::string& idempotency_key) override {
    v1::StartRunRequest request;
    request.set_name(name);
    request.set_plan(plan);
    request.set_idempotency_key(idempotency_key);
    return RunCall(&v1::Administration::Stub::StartRun, request);
  }

  StatusOr<RunView> GetRun(const std::string& run) override {
    v1::GetRunRequest request;
    request.set_run(run);
    return RunCall(&v1::Administration::Stub::GetRun, request);
  }

  StatusOr<RunView> StopRun(const std::string& run) override {
    v1::StopRunRequest request;
    request.set_run(run);
    return RunCall(&v1::Administration::Stub::StopRun, request);
  }

  StatusOr<std::vector<RunView>> ListRuns() override {
    v1::ListRunsResponse response;
    RETURN_IF_ERROR(Call(&v1::Administration::Stub::ListRuns, v1::ListRunsRequest(), response));
    std::vector<RunView> runs;
    for (const v1::RunStatus& run : response.runs()) runs.push_back(ViewOf(run));
    return runs;
  }

  StatusOr<std::vector<SiteView>> ListSites() override {
    v1::ListSitesResponse response;
    RETURN_IF_ERROR(Call(&v1::Administration::Stub::ListSites, v1::ListSitesRequest(), response));
    std::vector<SiteView> sites;
    for (const v1::Site& site : response.sites()) sites.push_back(ViewOf(site));
    return sites;
  }

  Status WatchRun(const std::string& run,
                  const std::function<bool(const RunView&)>& changed) override {
    grpc::ClientContext context;
    v1::GetRunRequest request;
    request.set_run(run);
    const auto reader = stub_->WatchRun(&context, request);
    v1::RunStatus status;
    bool wanted = true;
    while (wanted && reader->Read(&status)) wanted = changed(ViewOf(status));
    if (!wanted) context.TryCancel();
    const grpc::Status finished = reader->Finish();
    return finished.ok() || !wanted ? OkStatus() : Explained(finished);
  }

 private:
  template <typename Method, typename Request, typename Response>
  Status Call(Method method, const Request& request, Response& response) {
    grpc::ClientContext context;
    context.set_deadline(
        std::chrono::system_clock::now() +
        std::chrono::duration_cast<std::chrono::system_clock::duration>(options_.timeout));
    const grpc::Status status = ((*stub_).*method)(&context, request, &response);
    return status.ok() ? OkStatus() : Explained(status);
  }

  template <typename Method, typename Request>
  StatusOr<RunView> RunCall(Method method, const Request& request) {
    v1::RunStatus response;
    RETURN_IF_ERROR(Call(method, request, response));
    return ViewOf(response);
  }

  Status Explained(const grpc::Status& failed) const {
    return wire::Explain(wire::FromGrpc(failed), {.target = options_.target,
                                                  .files = options_.files,
                                                  .server = Coordinator(),
                                                  .host = options_.host});
  }

  const AdministrationClientOptions options_;
  const std::unique_ptr<v1::Administration::Stub> stub_;
};

}  // namespace

StatusOr<std::unique_ptr<AdministrationClient>> AdministrationClient::Create(
    const AdministrationClientOptions& options) {
  ASSIGN_OR_RETURN(
      std::shared_ptr<grpc::Channel> channel,
      wire::OpenChannel(options.target, options.files, Coordinator(), {.host = options.host}));
  return std::unique_ptr<AdministrationClient>(
      std::make_unique<Client>(std::move(channel), options));
}

}  // namespace consilium::api
