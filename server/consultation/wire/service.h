#ifndef CONSILIUM_SERVER_CONSULTATION_WIRE_SERVICE_H_
#define CONSILIUM_SERVER_CONSULTATION_WIRE_SERVICE_H_

#include <memory>
#include <string>

#include "base/clock.h"
#include "server/consultation/releases.h"
#include "server/consultation/sessions.h"
#include "server/data/schema.h"

namespace grpc {
class Service;
}

namespace consilium::consultation {

struct ConsultationServing {
  std::string site;
  data::Schema schema;        // described while no model is released
  std::string schema_digest;  // 32 bytes, of the schema's text
  ConsultationLimits limits;
};

// proto/consultation.proto on gRPC's callback interface, for a node. Who may call is decided by the
// server's credentials (base/wire/credentials.h). Thread-safe. Logs nothing.
class ConsultationService {
 public:
  // `releases` and `clock` must outlive the service, and the service the gRPC server.
  static std::unique_ptr<ConsultationService> Create(ConsultationServing serving,
                                                     const Releases& releases, const Clock& clock);
  virtual ~ConsultationService() = default;

  // For grpc::ServerBuilder::RegisterService.
  virtual grpc::Service& grpc_service() = 0;

  // Consultations that are open now.
  virtual int open() const = 0;

  // Ends those that have been silent for longer than the limit. Call it every minute or so.
  virtual void EndIdle() = 0;
};

}  // namespace consilium::consultation

#endif  // CONSILIUM_SERVER_CONSULTATION_WIRE_SERVICE_H_
