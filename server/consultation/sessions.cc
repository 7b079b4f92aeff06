#include "server/consultation/sessions.h"

#include <algorithm>
#include <utility>

namespace consilium::consultation {

void Sessions::Leave::operator()(Session* session) const {
  delete session;
  sessions->open_.fetch_sub(1, std::memory_order_relaxed);
}

StatusOr<Sessions::Place> Sessions::Begin(uint32_t suggestions, bool explains) {
  std::shared_ptr<const Release> release = releases_.Current();
  if (release == nullptr) {
    return FailedPrecondition(
        "no model is released at this site yet; consult again when the first run has finished");
  }
  if (open_.fetch_add(1, std::memory_order_relaxed) >= limits_.open) {
    open_.fetch_sub(1, std::memory_order_relaxed);
    return ResourceExhausted(
        "{} consultations are open, as many as are allowed; try again when one has ended",
        limits_.open);
  }
  const auto most = static_cast<uint32_t>(limits_.most_suggestions);
  const int ranked = suggestions == 0 ? limits_.default_suggestions
                                      : static_cast<int>(std::min(suggestions, most));
  return Place(new Session(std::move(release), ranked, explains), Leave{this});
}

}  // namespace consilium::consultation
