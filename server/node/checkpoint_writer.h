#ifndef CONSILIUM_SERVER_NODE_CHECKPOINT_WRITER_H_
#define CONSILIUM_SERVER_NODE_CHECKPOINT_WRITER_H_

#include <map>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/status.h"
#include "server/federation/member.h"
#include "server/ops/event_loop.h"

namespace consilium::storage {
class Checkpoints;
}  // namespace consilium::storage

namespace consilium::node {

// Stores checkpoints on a thread of its own, one at a time, so that nobody else waits for the disk.
// Thread-safe.
class CheckpointWriter {
 public:
  // Called on the writer's thread once the checkpoint is on the disk, or cannot be.
  using Stored = absl::AnyInvocable<void(const Status& saved, federation::Checkpoint checkpoint)>;

  // `checkpoints` and `clock` must outlive this.
  CheckpointWriter(storage::Checkpoints& checkpoints, const Clock& clock);
  ~CheckpointWriter();

  // Replaces the run's checkpoint, soon. One of the same run that still waits then is left out, and
  // its `stored` never called: whoever waits for a checkpoint is served by a later one.
  void Save(federation::Checkpoint checkpoint, Stored stored);

  // Removes the run's checkpoint, soon; one that waits is left out.
  void Remove(const std::string& run);

  // Finishes the write in hand and leaves out what waits. Nothing is written any more.
  void Stop() { thread_.Stop(); }

 private:
  struct Waiting {
    federation::Checkpoint checkpoint;
    Stored stored;
  };
  void Write(const std::shared_ptr<Waiting>& waiting);

  storage::Checkpoints& checkpoints_;
  Mutex mutex_;
  std::map<std::string, std::shared_ptr<Waiting>> waiting_ GUARDED_BY(mutex_);  // by run
  ops::EventLoop thread_;
};

}  // namespace consilium::node

#endif  // CONSILIUM_SERVER_NODE_CHECKPOINT_WRITER_H_
