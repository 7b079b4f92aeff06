#ifndef CONSILIUM_SERVER_CONSULTATION_RELEASES_H_
#define CONSILIUM_SERVER_CONSULTATION_RELEASES_H_

#include <memory>
#include <utility>

#include "base/mutex.h"
#include "server/consultation/release.h"

namespace consilium::consultation {

// Which release new consultations begin with. Thread-safe. A release that was replaced lives until
// the last consultation that holds it has ended.
class Releases {
 public:
  // Null while nothing is released.
  std::shared_ptr<const Release> Current() const {
    MutexLock lock(mutex_);
    return current_;
  }

  void Publish(std::shared_ptr<const Release> release) {
    MutexLock lock(mutex_);
    current_.swap(release);
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const Release> current_ GUARDED_BY(mutex_);
};

}  // namespace consilium::consultation

#endif  // CONSILIUM_SERVER_CONSULTATION_RELEASES_H_
