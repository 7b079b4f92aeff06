#ifndef CONSILIUM_SERVER_COORDINATOR_ATTENDANCE_H_
#define CONSILIUM_SERVER_COORDINATOR_ATTENDANCE_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "server/coordinator/switchboard.h"
#include "server/storage/sites.h"

namespace consilium {

// Which sites are there: welcomes them, keeps one stream for each, and closes silent ones.
// Everything here happens on the coordinator's loop.
class Attendance {
 public:
  struct Listener {
    std::function<void(const std::string& site)> attached;
    std::function<void(const std::string& site)> detached;
  };

  // All of it must outlive this.
  Attendance(Sites& stored, Switchboard& switchboard, Duration heartbeat, const Clock& clock,
             Listener listener);

  Status Restore();

  // A stream of a later start of the node's process, or of the same, replaces the one there is.
  void Arrived(const std::shared_ptr<Attachment>& attachment);
  void Left(const Attachment& attachment);

  struct Entry {
    SeenSite seen;
    bool attached = false;
  };
  std::vector<Entry> List() const;  // by name

  void Tick();
  std::optional<Time> NextDeadline() const { return next_beat_; }

 private:
  void Store(const SeenSite& seen);

  Sites& stored_;
  Switchboard& switchboard_;
  const Duration heartbeat_;
  const Clock& clock_;
  const Listener listener_;
  std::map<std::string, SeenSite> seen_;
  Time next_beat_;
  uint64_t beats_ = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_COORDINATOR_ATTENDANCE_H_
