#ifndef CONSILIUM_SERVER_COORDINATOR_ACTIVE_RUNS_H_
#define CONSILIUM_SERVER_COORDINATOR_ACTIVE_RUNS_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "server/coordinator/aggregator.h"
#include "server/coordinator/routes.h"
#include "server/coordinator/switchboard.h"
#include "server/data/schema.h"
#include "server/federation/run.h"

namespace consilium::v1 {
class RunStatus;
}

namespace consilium::storage {
class Runs;
}  // namespace consilium::storage

namespace consilium::coordinator {

// Somebody who wants to know how a run goes. Called on the loop.
class RunWatcher {
 public:
  virtual ~RunWatcher() = default;
  // `last`: the run has ended, nothing more will come.
  virtual void Changed(const v1::RunStatus& status, bool last) = 0;
  virtual bool gone() const = 0;
};

// All runs of this coordinator, ended ones too: feeds them events and does what they want done.
// Everything here happens on the coordinator's loop.
class ActiveRuns {
 public:
  // Runs a task on the loop, later. Thread-safe.
  using Post = std::function<void(std::function<void()> task)>;

  // All of it must outlive this.
  ActiveRuns(storage::Runs& stored, Switchboard& switchboard, Routes& routes,
             const data::Schema& schema, const Clock& clock, Post post)
      : stored_(stored),
        switchboard_(switchboard),
        routes_(routes),
        schema_(schema),
        clock_(clock),
        post_(std::move(post)) {}

  // Calls it from now on with every run that has changed, and with those that Restore finds.
  void WhenChanged(std::function<void(const federation::RunRecord&)> changed) {
    changed_ = std::move(changed);
  }

  // Those in the store; they go on as their sites attach.
  Status Restore();

  // ---- for operators; names as in RunStatus ----
  StatusOr<const federation::Run*> Start(const std::string& idempotency_key, std::string name,
                                         const std::string& plan);
  StatusOr<const federation::Run*> Stop(const std::string& name, const std::string& who);
  StatusOr<const federation::Run*> Find(const std::string& name) const;  // empty: the newest
  std::vector<const federation::Run*> List() const;                      // newest first
  Status Watch(const std::string& name, std::shared_ptr<RunWatcher> watcher);

  // ---- about sites ----
  void Attached(const std::string& site);
  void Detached(const std::string& site, Time since);  // its stream was lost then
  // How long a stream lost by the site may take to be followed by another with nothing noticed: as
  // the least patient of its runs says.
  Duration Grace(const std::string& site) const;
  void Said(const std::string& site, const v1::FromNode& message);
  // Calls `resume` when the site is to be read on.
  void SentToCoordinator(v1::PeerChunk& chunk, std::function<void()> resume);
  std::string RunOf(const std::string& site) const;  // that it takes part in now, or empty

  void Tick();
  std::optional<Time> NextDeadline() const;

 private:
  struct Entry {
    std::unique_ptr<federation::Run> run;
    std::shared_ptr<Aggregator> aggregator;
    std::vector<std::shared_ptr<RunWatcher>> watchers;
    std::vector<federation::ToSite> unsent;  // wait for the run to be stored
    std::optional<Time> retry_at;            // when that is tried again
  };

  Entry& Add(std::unique_ptr<federation::Run> run);
  Entry* FindEntry(const std::string& name);
  template <typename Proto>
  void Take(const std::string& site, const Proto& proto);

  void Do(Entry& entry, const federation::RunActions& actions);
  void Save(Entry& entry);
  void PutOff(Entry& entry, const federation::RunAction& action);
  void RetrySave(Entry& entry);
  void CannotTakePart(Entry& entry, const Status& why);
  Status Do(Entry& entry, const federation::ToSite& order);
  Status DoHere(Entry& entry, const federation::ToSite& order);
  Status MakeAggregator(Entry& entry);
  void Tell(Entry& entry);

  storage::Runs& stored_;
  Switchboard& switchboard_;
  Routes& routes_;
  const data::Schema& schema_;
  const Clock& clock_;
  const Post post_;
  std::vector<std::unique_ptr<Entry>> entries_;  // oldest first
  std::set<std::string> attached_;
  std::function<void(const federation::RunRecord&)> changed_;
};

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_ACTIVE_RUNS_H_
