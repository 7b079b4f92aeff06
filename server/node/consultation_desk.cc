#include "server/node/consultation_desk.h"

#include <utility>

#include "server/consultation/release.h"
#include "server/consultation/wire/service.h"
#include "server/ops/listen.h"
#include "server/ops/log.h"

namespace consilium::node {

ConsultationDesk::ConsultationDesk(storage::Database& database) : models_(database) {}

ConsultationDesk::~ConsultationDesk() { Close(); }

StatusOr<std::unique_ptr<ConsultationDesk>> ConsultationDesk::Open(const ops::NodeConfig& config,
                                                                   const SiteRecords& records,
                                                                   storage::Database& database,
                                                                   const Clock& clock) {
  std::unique_ptr<ConsultationDesk> desk(new ConsultationDesk(database));
  ASSIGN_OR_RETURN(std::optional<storage::StoredModel> stored, desk->models_.Released());
  if (stored) {
    const std::string digest = security::ToHex(stored->entry.digest);
    ops::LogInfo("model-released", "consultations use the model of run {}, {:.8}",
                 stored->entry.run, digest);
    RETURN_IF_ERROR(desk->Publish(std::move(stored->model), digest));
  }
  if (config.consultation_listen.empty()) return desk;
  consultation::ConsultationServing serving;
  serving.site = config.site;
  serving.schema = records.schema;
  serving.schema_digest = records.schema_digest;
  desk->service_ =
      consultation::ConsultationService::Create(std::move(serving), desk->releases_, clock);
  ASSIGN_OR_RETURN(desk->listener_, ops::Listener::Open(config.consultation_listen, config.tls,
                                                        {&desk->service_->grpc_service()}));
  return desk;
}

Status ConsultationDesk::Publish(training::Model model, const std::string& digest) {
  ASSIGN_OR_RETURN(auto release, consultation::Release::Create(std::move(model), digest));
  releases_.Publish(std::move(release));
  return OkStatus();
}

StatusOr<std::string> ConsultationDesk::Release(training::Model model) {
  ASSIGN_OR_RETURN(const storage::ModelEntry entry, models_.Store(model));
  const std::string digest = security::ToHex(entry.digest);
  RETURN_IF_ERROR(Publish(std::move(model), digest));
  ops::LogInfo("model-released", "new consultations use the model of run {}, {:.8}", entry.run,
               digest);
  return digest;
}

StatusOr<training::Model> ConsultationDesk::ModelOf(const std::string& run) {
  ASSIGN_OR_RETURN(storage::StoredModel stored, models_.OfRun(run));
  return std::move(stored.model);
}

void ConsultationDesk::EndIdle() {
  if (service_) service_->EndIdle();
}

std::string ConsultationDesk::address() const { return listener_ ? listener_->address() : ""; }

void ConsultationDesk::Close() {
  if (listener_) listener_->Close();
  listener_.reset();
}

}  // namespace consilium::node
