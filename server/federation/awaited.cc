#include "server/federation/awaited.h"

#include <algorithm>

#include "fmt/format.h"

namespace consilium::federation {
namespace {

constexpr int kSitesNamed = 3;
constexpr size_t kLongestNote = 300;

// The first line of `note`, not cut within a character of UTF-8.
std::string Short(const std::string& note) {
  size_t end = std::min({note.find('\n'), note.size(), kLongestNote});
  while (end > 0 && end < note.size() && (static_cast<unsigned char>(note[end]) & 0xc0) == 0x80) {
    --end;
  }
  return note.substr(0, end);
}

}  // namespace

std::string Awaited(const std::vector<RunSite>& sites) {
  std::string text;
  int awaited = 0;
  for (const RunSite& site : sites) {
    if (site.note.empty() || ++awaited > kSitesNamed) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "; " : ", ", site.site, Short(site.note));
  }
  if (awaited > kSitesNamed) text += fmt::format(", and {} more", awaited - kSitesNamed);
  return text;
}

}  // namespace consilium::federation
