#ifndef CONSILIUM_SERVER_COORDINATOR_SWITCHBOARD_H_
#define CONSILIUM_SERVER_COORDINATOR_SWITCHBOARD_H_

#include <map>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "server/coordinator/attachment.h"

namespace consilium::coordinator {

// Which stream leads to which site now. Thread-safe.
class Switchboard {
 public:
  // The stream that led there before, or null.
  std::shared_ptr<Attachment> Connect(const std::string& site,
                                      std::shared_ptr<Attachment> attachment);

  // Only if this stream still is the one that leads there; says whether it was.
  bool Disconnect(const std::string& site, const Attachment& attachment);

  std::shared_ptr<Attachment> Find(const std::string& site) const;
  std::map<std::string, std::shared_ptr<Attachment>> All() const;

 private:
  mutable Mutex mutex_;
  std::map<std::string, std::shared_ptr<Attachment>> attachments_ GUARDED_BY(mutex_);
};

}  // namespace consilium::coordinator

#endif  // CONSILIUM_SERVER_COORDINATOR_SWITCHBOARD_H_
