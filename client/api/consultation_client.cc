#include "client/api/consultation_client.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "base/wire/channel.h"
#include "base/wire/diagnose.h"
#include "base/wire/status.h"
#include "client/api/consultation_messages.h"
#include "proto/consultation.grpc.pb.h"

namespace consilium::api {
namespace {

Status Explained(const grpc::Status& failed, const ConsultationClientOptions& options) {
  return wire::Explain(wire::FromGrpc(failed),
                       {.target = options.target,
                        .files = options.files,
                        .server = {.role = security::Role::kNode, .name = "", .federation = ""},
                        .host = options.host});
}

// One Consult stream.
class Stream final : public ConsultationChannel {
 public:
  Stream(v1::Consultation::Stub& stub, const ConsultationClientOptions& options)
      : options_(options), stream_(stub.Consult(&context_)) {}

  ~Stream() override {
    if (over_) return;
    stream_->WritesDone();
    context_.TryCancel();
    stream_->Finish();
  }

  StatusOr<StepReply> Send(const Act& act) override {
    if (over_) return FailedPrecondition("the consultation is over; begin a new one");
    v1::ConsultRequest request;
    request.set_request(++requests_);
    Write(act, request);
    v1::Step step;
    if (!stream_->Write(request) || !stream_->Read(&step)) return WhyItEnded();
    return ReplyOf(step);
  }

 private:
  Status WhyItEnded() {
    over_ = true;
    const grpc::Status status = stream_->Finish();
    if (status.ok()) return Unavailable("the node ended the consultation; begin a new one");
    return Explained(status, options_);
  }

  const ConsultationClientOptions& options_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ConsultRequest, v1::Step>> stream_;
  uint64_t requests_ = 0;
  bool over_ = false;
};

class Client final : public ConsultationClient {
 public:
  Client(std::shared_ptr<grpc::Channel> channel, ConsultationClientOptions options)
      : options_(std::move(options)), stub_(v1::Consultation::NewStub(channel)) {}

  StatusOr<Questionnaire> Describe() override {
    grpc::ClientContext context;
    SetDeadline(context);
    v1::Description description;
    const grpc::Status status = stub_->Describe(&context, {}, &description);
    if (!status.ok()) return Explained(status, options_);
    return QuestionnaireOf(description);
  }

  std::unique_ptr<ConsultationChannel> Consult() override {
    return std::make_unique<Stream>(*stub_, options_);
  }

  StatusOr<StepReply> Predict(const std::vector<Act>& answers, uint32_t suggestions) override {
    grpc::ClientContext context;
    SetDeadline(context);
    v1::PredictRequest request;
    request.set_suggestions(suggestions);
    for (const Act& answer : answers) WriteAnswer(answer, *request.add_answers());
    v1::Step step;
    const grpc::Status status = stub_->Predict(&context, request, &step);
    if (!status.ok()) return Explained(status, options_);
    return ReplyOf(step);
  }

 private:
  void SetDeadline(grpc::ClientContext& context) const {
    context.set_deadline(
        std::chrono::system_clock::now() +
        std::chrono::duration_cast<std::chrono::system_clock::duration>(options_.timeout));
  }

  const ConsultationClientOptions options_;
  std::unique_ptr<v1::Consultation::Stub> stub_;
};

}  // namespace

StatusOr<std::unique_ptr<ConsultationClient>> ConsultationClient::Create(
    const ConsultationClientOptions& options) {
  ASSIGN_OR_RETURN(std::shared_ptr<grpc::Channel> channel,
                   wire::OpenChannel(options.target, options.files,
                                     {.role = security::Role::kNode, .name = "", .federation = ""},
                                     {.host = options.host}));
  return Over(std::move(channel), options);
}

std::unique_ptr<ConsultationClient> ConsultationClient::Over(
    std::shared_ptr<grpc::Channel> channel, const ConsultationClientOptions& options) {
  return std::make_unique<Client>(std::move(channel), options);
}

}  // namespace consilium::api
