#include "server/consultation/wire/service.h"

#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/mutex.h"
#include "base/wire/status.h"
#include "proto/consultation.grpc.pb.h"
#include "server/consultation/wire/messages.h"

namespace consilium::consultation {
namespace {

class Consultation;

// Those that are open, so that idle ones can be found. Thread-safe.
class OpenConsultations {
 public:
  void Add(std::shared_ptr<Consultation> consultation) {
    MutexLock lock(mutex_);
    open_.insert(std::move(consultation));
  }
  void Remove(const std::shared_ptr<Consultation>& consultation) {
    MutexLock lock(mutex_);
    open_.erase(consultation);
  }
  // Ends those that wait for their client since before `oldest`.
  void EndSilentSince(Time oldest);

 private:
  using Set = std::set<std::shared_ptr<Consultation>>;

  Mutex mutex_;
  Set open_ GUARDED_BY(mutex_);
};

// One stream. At any time either one read or one write is under way, so that a client who does not
// read its steps is not read from either. Owned by OpenConsultations until gRPC is done with it.
// gRPC is never called with the mutex held, as it may call back at once.
class Consultation final : public grpc::ServerBidiReactor<v1::ConsultRequest, v1::Step>,
                           public std::enable_shared_from_this<Consultation> {
 public:
  Consultation(Sessions& sessions, OpenConsultations& open, const Clock& clock)
      : sessions_(sessions), open_(open), clock_(clock), silent_since_(clock.Now()) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!BreakSilence()) return;
    if (!ok) return End(grpc::Status::OK);
    if (const Status status = Answer(); !status.ok()) return End(wire::ToGrpc(status));
    StartWrite(&reply_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(grpc::Status::CANCELLED);
    {
      MutexLock lock(mutex_);
      silent_since_ = clock_.Now();
    }
    StartRead(&request_);
  }

  // The read or write under way then fails, which ends the stream.
  void OnCancel() override {}

  void OnDone() override { open_.Remove(shared_from_this()); }

  void EndIfSilentSince(Time oldest) {
    {
      MutexLock lock(mutex_);
      if (ended_ || !silent_since_ || *silent_since_ > oldest) return;
      ended_ = true;
    }
    Finish({grpc::StatusCode::DEADLINE_EXCEEDED,
            "the consultation was silent for too long; begin a new one"});
  }

 private:
  // The first call counts; what is under way then fails, and that may ask for the end once more.
  void End(const grpc::Status& status) {
    {
      MutexLock lock(mutex_);
      if (std::exchange(ended_, true)) return;
    }
    Finish(status);
  }

  // From here to the next silence only our own reactions end the consultation. False if it was
  // ended while the request was on its way: nothing may be written any more.
  bool BreakSilence() {
    MutexLock lock(mutex_);
    silent_since_.reset();
    return !ended_;
  }

  // Fills reply_ for request_. The first request begins the consultation, whatever it is.
  Status Answer() {
    const bool first = session_ == nullptr;
    if (first) {
      ASSIGN_OR_RETURN(session_,
                       sessions_.Begin(request_.begin().suggestions(), request_.begin().explain()));
    }
    if (first && request_.has_begin()) {
      session_->Describe(step_);
    } else {
      session_->Take(ActionOf(request_), step_);
    }
    Write(step_, session_->release(), reply_);
    reply_.set_request(request_.request());
    return OkStatus();
  }

  // Constant.
  Sessions& sessions_;
  OpenConsultations& open_;
  const Clock& clock_;

  // gRPC's during a read or write, ours between them.
  v1::ConsultRequest request_;
  v1::Step reply_;
  Sessions::Place session_;
  Step step_;

  Mutex mutex_;
  bool ended_ GUARDED_BY(mutex_) = false;
  std::optional<Time> silent_since_ GUARDED_BY(mutex_);  // while waiting for the client
};

void OpenConsultations::EndSilentSince(Time oldest) {
  Set open;
  {
    MutexLock lock(mutex_);
    open = open_;
  }
  for (const std::shared_ptr<Consultation>& consultation : open) {
    consultation->EndIfSilentSince(oldest);
  }
}

class Service final : public ConsultationService, public v1::Consultation::CallbackService {
 public:
  Service(ConsultationServing serving, const Releases& releases, const Clock& clock)
      : serving_(std::move(serving)),
        releases_(releases),
        clock_(clock),
        sessions_(releases, serving_.limits) {}

  grpc::Service& grpc_service() override { return *this; }
  int open() const override { return sessions_.open(); }
  void EndIdle() override { open_.EndSilentSince(clock_.Now() - serving_.limits.idle); }

  grpc::ServerBidiReactor<v1::ConsultRequest, v1::Step>* Consult(
      grpc::CallbackServerContext*) override {
    auto consultation = std::make_shared<Consultation>(sessions_, open_, clock_);
    open_.Add(consultation);
    return consultation.get();
  }

  grpc::ServerUnaryReactor* Predict(grpc::CallbackServerContext* context,
                                    const v1::PredictRequest* request, v1::Step* reply) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(wire::ToGrpc(PredictNow(*request, *reply)));
    return reactor;
  }

  grpc::ServerUnaryReactor* Describe(grpc::CallbackServerContext* context,
                                     const v1::DescribeRequest*, v1::Description* reply) override {
    reply->set_site(serving_.site);
    const std::shared_ptr<const Release> release = releases_.Current();
    Write(release == nullptr ? serving_.schema : release->schema(), *reply->mutable_schema());
    reply->mutable_schema()->set_sha256(serving_.schema_digest);
    if (release != nullptr) Write(*release, *reply->mutable_model());
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  // A consultation in one go: changes are against the state before the last answer.
  Status PredictNow(const v1::PredictRequest& request, v1::Step& reply) {
    ASSIGN_OR_RETURN(const Sessions::Place session,
                     sessions_.Begin(request.suggestions(), request.explain()));
    Step step;
    std::vector<StepRefusal> refusals;
    session->Describe(step);
    for (const v1::Answer& answer : request.answers()) {
      session->Take(Observe{AnswerOf(answer)}, step);
      if (step.refusal) refusals.push_back(std::move(*step.refusal));
      step.refusal.reset();
    }
    Write(step, session->release(), reply);
    for (const StepRefusal& refusal : refusals) Write(refusal, *reply.add_refusals());
    return OkStatus();
  }

  // Constant.
  const ConsultationServing serving_;
  const Releases& releases_;
  const Clock& clock_;

  // Own synchronisation.
  Sessions sessions_;
  OpenConsultations open_;
};

}  // namespace

std::unique_ptr<ConsultationService> ConsultationService::Create(ConsultationServing serving,
                                                                 const Releases& releases,
                                                                 const Clock& clock) {
  return std::make_unique<Service>(std::move(serving), releases, clock);
}

}  // namespace consilium::consultation
