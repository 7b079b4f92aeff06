#include "server/node/consultation_desk.h"

#include <utility>

#include "server/consultation/release.h"
#include "server/consultation/wire/service.h"
#include "server/ops/listen.h"
#include "server/ops/log.h"

namespace consilium {

ConsultationDesk::ConsultationDesk(Database& database) : models_(database) {}

ConsultationDesk::~ConsultationDesk() { Close(); }

StatusOr<std::unique_ptr<ConsultationDesk>> ConsultationDesk::Open(const NodeConfig& config,
                                                                   const SiteRecords& records,
                                                                   Database& database,
                                                                   const Clock& clock) {
  std::unique_ptr<ConsultationDesk> desk(new ConsultationDesk(database));
  ASSIGN_OR_RETURN(std::optional<StoredModel> stored, desk->models_.Released());
  if (stored) {
    const std::string digest = ToHex(stored->entry.digest);
    LogInfo("model-released", "consultations use the model of run {}, {:.8}", stored->entry.run,
            digest);
    RETURN_IF_ERROR(desk->Publish(std::move(stored->model), digest));
  }
  if (config.consultation_listen.empty()) return desk;
  ConsultationServing serving;
  serving.site = config.site;
  serving.schema = records.schema;
  serving.schema_digest = records.schema_digest;
  desk->service_ = ConsultationService::Create(std::move(serving), desk->releases_, clock);
  ASSIGN_OR_RETURN(desk->listener_, Listener::Open(config.consultation_listen, config.tls,
                                                   {&desk->service_->grpc_service()}));
  return desk;
}

Status ConsultationDesk::Publish(Model model, const std::string& digest) {
  ASSIGN_OR_RETURN(auto release, Release::Create(std::move(model), digest));
  releases_.Publish(std::move(release));
  return OkStatus();
}

StatusOr<std::string> ConsultationDesk::Release(Model model) {
  ASSIGN_OR_RETURN(const ModelEntry entry, models_.Store(model));
  const std::string digest = ToHex(entry.digest);
  RETURN_IF_ERROR(Publish(std::move(model), digest));
  LogInfo("model-released", "new consultations use the model of run {}, {:.8}", entry.run, digest);
  return digest;
}

StatusOr<Model> ConsultationDesk::ModelOf(const std::string& run) {
  ASSIGN_OR_RETURN(StoredModel stored, models_.OfRun(run));
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

}  // namespace consilium
