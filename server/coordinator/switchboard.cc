#include "server/coordinator/switchboard.h"

#include <utility>

namespace consilium::coordinator {

std::shared_ptr<Attachment> Switchboard::Connect(const std::string& site,
                                                 std::shared_ptr<Attachment> attachment) {
  MutexLock lock(mutex_);
  return std::exchange(attachments_[site], std::move(attachment));
}

bool Switchboard::Disconnect(const std::string& site, const Attachment& attachment) {
  MutexLock lock(mutex_);
  const auto found = attachments_.find(site);
  if (found == attachments_.end() || found->second.get() != &attachment) return false;
  attachments_.erase(found);
  return true;
}

std::shared_ptr<Attachment> Switchboard::Find(const std::string& site) const {
  MutexLock lock(mutex_);
  const auto found = attachments_.find(site);
  return found == attachments_.end() ? nullptr : found->second;
}

std::map<std::string, std::shared_ptr<Attachment>> Switchboard::All() const {
  MutexLock lock(mutex_);
  return attachments_;
}

}  // namespace consilium::coordinator
