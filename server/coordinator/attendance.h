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

namespace consilium::coordinator {

struct AttendanceOptions {
  Duration heartbeat = Seconds(5);
  size_t queue_bytes = size_t{1} << 20;  // that may wait for each node
};

// Which sites are there: welcomes them, keeps one session for each, and closes silent streams.
// Everything here happens on the coordinator's loop.
class Attendance {
 public:
  struct Listener {
    std::function<void(const std::string& site)> attached;
    // `since`: its stream was lost then.
    std::function<void(const std::string& site, Time since)> detached;
    // How long a site whose stream is lost may take to come back to its session.
    std::function<Duration(const std::string& site)> grace;
  };

  // All of it must outlive this.
  Attendance(storage::Sites& stored, Switchboard& switchboard, const AttendanceOptions& options,
             const Clock& clock, Listener listener);

  Status Restore();

  // A stream of a later start of the node's process, or of the same, replaces the one there is. It
  // goes on with the session there is if it asks for that, else begins a new one.
  void Arrived(const std::shared_ptr<NodeStream>& stream);
  void Left(const NodeStream& stream);

  struct Entry {
    storage::SeenSite seen;
    bool attached = false;
  };
  std::vector<Entry> List() const;  // by name

  void Tick();
  std::optional<Time> NextDeadline() const;

 private:
  // A session whose stream is lost.
  struct Awaited {
    Time since;
    Time until;
  };

  void Begin(const std::shared_ptr<NodeStream>& stream);
  void See(const NodeHello& hello);
  void Beat(Time now);
  void GiveUpLate(Time now);
  void GiveUp(const std::string& site, Time since, const Status& why);
  void Store(const storage::SeenSite& seen);

  storage::Sites& stored_;
  Switchboard& switchboard_;
  const AttendanceOptions options_;
  const Clock& clock_;
  const Listener listener_;
  std::map<std::string, storage::SeenSite> seen_;
  std::map<std::string, Awaited> awaited_;
  uint64_t last_session_;
  Time next_beat_;
  uint64_t beats_ = 0;
};

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_ATTENDANCE_H_
