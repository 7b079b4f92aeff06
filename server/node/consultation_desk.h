#ifndef CONSILIUM_SERVER_NODE_CONSULTATION_DESK_H_
#define CONSILIUM_SERVER_NODE_CONSULTATION_DESK_H_

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/status.h"
#include "server/consultation/releases.h"
#include "server/node/site_records.h"
#include "server/ops/config.h"
#include "server/storage/models.h"
#include "server/training/model.h"

namespace consilium::consultation {
class ConsultationService;
}  // namespace consilium::consultation

namespace consilium::ops {
class Listener;
}  // namespace consilium::ops

namespace consilium::node {

// Where this hospital's clinicians call: the stored models, the one that is released, and the port.
class ConsultationDesk {
 public:
  // Releases the newest stored model. Listens if the configuration says where. What it borrows must
  // outlive it.
  static StatusOr<std::unique_ptr<ConsultationDesk>> Open(const ops::NodeConfig& config,
                                                          const SiteRecords& records,
                                                          storage::Database& database,
                                                          const Clock& clock);
  ~ConsultationDesk();

  // Stores the model and begins new consultations with it; returns its digest, in hexadecimal.
  StatusOr<std::string> Release(training::Model model);

  // The newest model kept of the run. NotFound if there is none.
  StatusOr<training::Model> ModelOf(const std::string& run);

  // Ends consultations that have been silent too long; call it now and then.
  void EndIdle();

  // Empty if this node serves no consultations.
  std::string address() const;

  void Close();

 private:
  explicit ConsultationDesk(storage::Database& database);
  Status Publish(training::Model model, const std::string& digest);

  storage::Models models_;
  consultation::Releases releases_;
  std::unique_ptr<consultation::ConsultationService> service_;
  std::unique_ptr<ops::Listener> listener_;
};

}  // namespace consilium::node

#endif  // CONSILIUM_SERVER_NODE_CONSULTATION_DESK_H_
