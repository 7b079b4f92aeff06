#ifndef CONSILIUM_SERVER_NODE_AFTER_SAVES_H_
#define CONSILIUM_SERVER_NODE_AFTER_SAVES_H_

#include <cstdint>
#include <deque>

#include "absl/functional/any_invocable.h"

namespace consilium::node {

// What is to be said once that from which it follows is stored. Saves are numbered from 1 in the
// order in which they are asked for, and end in it. Not thread-safe.
class AfterSaves {
 public:
  // Of what waits, offers are made also if the generation is over by then.
  enum class Kind { kOfGeneration, kOffer };

  // The number of another save.
  uint64_t Ask() { return ++asked_; }
  bool all_stored() const { return stored_ == asked_; }

  // Does `task` once all saves asked for so far are stored: at once, if they are.
  void Then(absl::AnyInvocable<void()> task, Kind kind = Kind::kOfGeneration);

  // The save of this number and all before are stored, or cannot be.
  void Stored(uint64_t save);
  // The same, and what waits for them is not to be done.
  void StoredInVain(uint64_t save) { stored_ = save; }

  void Forget(Kind kind);
  void ForgetAll() { waiting_.clear(); }

 private:
  struct Waiting {
    uint64_t save = 0;  // waits for this one
    absl::AnyInvocable<void()> task;
    Kind kind;
  };

  uint64_t asked_ = 0;
  uint64_t stored_ = 0;
  std::deque<Waiting> waiting_;
};

}  // namespace consilium::node

#endif  // CONSILIUM_SERVER_NODE_AFTER_SAVES_H_
