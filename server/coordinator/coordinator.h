#ifndef CONSILIUM_SERVER_COORDINATOR_COORDINATOR_H_
#define CONSILIUM_SERVER_COORDINATOR_COORDINATOR_H_

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/status.h"
#include "server/ops/config.h"

namespace consilium::coordinator {

// The coordinator's daemon: nodes and operators call it on one port.
class Coordinator {
 public:
  // Checks what it needs, restores its runs, and serves.
  static StatusOr<std::unique_ptr<Coordinator>> Open(const ops::CoordinatorConfig& config,
                                                     const Clock& clock);
  virtual ~Coordinator() = default;

  virtual const std::string& address() const = 0;  // with the real port

  // Ends all streams within a second. Also done on destruction.
  virtual void Stop() = 0;
};

// Configuration, certificates and schema, without starting anything.
Status CheckCoordinator(const ops::CoordinatorConfig& config);

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_COORDINATOR_H_
