#include "server/node/checkpoint_writer.h"

#include <utility>

#include "server/ops/log.h"
#include "server/storage/checkpoints.h"

namespace consilium::node {

CheckpointWriter::CheckpointWriter(storage::Checkpoints& checkpoints, const Clock& clock)
    : checkpoints_(checkpoints), thread_(clock) {
  thread_.Start();
}

CheckpointWriter::~CheckpointWriter() { Stop(); }

void CheckpointWriter::Save(federation::Checkpoint checkpoint, Stored stored) {
  auto next = std::make_shared<Waiting>(Waiting{std::move(checkpoint), std::move(stored)});
  MutexLock lock(mutex_);
  std::shared_ptr<Waiting>& waiting = waiting_[next->checkpoint.run];
  if (waiting) {
    std::swap(*waiting, *next);
    return;
  }
  waiting = next;
  thread_.Post([this, next] { Write(next); });
}

void CheckpointWriter::Remove(const std::string& run) {
  MutexLock lock(mutex_);
  waiting_.erase(run);
  thread_.Post([this, run] {
    const Status removed = checkpoints_.Remove(run);
    if (!removed.ok()) ops::LogWarning("checkpoint-kept", "run {}: {}", run, Message(removed));
  });
}

void CheckpointWriter::Write(const std::shared_ptr<Waiting>& waiting) {
  {
    MutexLock lock(mutex_);
    const auto found = waiting_.find(waiting->checkpoint.run);
    if (found == waiting_.end() || found->second != waiting) return;  // removed meanwhile
    waiting_.erase(found);
  }
  const Status saved = checkpoints_.Save(waiting->checkpoint);
  waiting->stored(saved, std::move(waiting->checkpoint));
}

}  // namespace consilium::node
