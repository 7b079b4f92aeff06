#include "server/federation/broken_links.h"

namespace consilium::federation {
namespace {

// A link may break now and then; so many without a completed round in between are no accident.
constexpr int kMostOfASite = 3;

}  // namespace

void BrokenLinks::Note(const std::string& from, const std::string& to) { ++broken_[{from, to}]; }

BrokenLinks::Odds BrokenLinks::AsSender(const std::string& site) const {
  Odds odds;
  for (const auto& [link, times] : broken_) {
    if (link.first != site) continue;
    odds.links += times;
    ++odds.others;
  }
  return odds;
}

BrokenLinks::Odds BrokenLinks::AsReceiver(const std::string& site) const {
  Odds odds;
  for (const auto& [link, times] : broken_) {
    if (link.second != site) continue;
    odds.links += times;
    ++odds.others;
  }
  return odds;
}

std::string BrokenLinks::Blamed(const std::string& from, const std::string& to) const {
  const Odds sender = AsSender(from);
  const Odds receiver = AsReceiver(to);
  const bool accuses_many = receiver.others > sender.others;
  if ((accuses_many ? receiver : sender).links < kMostOfASite) return "";
  return accuses_many ? to : from;
}

int BrokenLinks::count() const {
  int count = 0;
  for (const auto& [link, times] : broken_) count += times;
  return count;
}

}  // namespace consilium::federation
