#include "server/coordinator/routes.h"

#include "proto/federation.pb.h"

namespace consilium::coordinator {

void Routes::Open(const federation::Assignment& assignment) {
  MutexLock lock(mutex_);
  Generation& generation = runs_[assignment.run];
  if (generation.number == assignment.generation) return;
  generation.number = assignment.generation;
  generation.participants.clear();
  for (const federation::Participant& participant : assignment.participants) {
    generation.participants.insert(participant.site);
  }
}

void Routes::Close(const std::string& run) {
  MutexLock lock(mutex_);
  runs_.erase(run);
}

bool Routes::Allows(const v1::PeerChunk& chunk) {
  {
    MutexLock lock(mutex_);
    const auto run = runs_.find(chunk.run());
    if (run != runs_.end() && run->second.number == chunk.generation() &&
        run->second.participants.contains(chunk.from()) &&
        run->second.participants.contains(chunk.to())) {
      return true;
    }
  }
  refused_.fetch_add(1, std::memory_order_relaxed);
  return false;
}

}  // namespace consilium::coordinator
