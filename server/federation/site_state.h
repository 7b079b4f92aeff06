#ifndef CONSILIUM_SERVER_FEDERATION_SITE_STATE_H_
#define CONSILIUM_SERVER_FEDERATION_SITE_STATE_H_

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "server/federation/missed_rounds.h"

namespace consilium::federation {

// What a run remembers of a site beside what is stored and shown, mostly since it
// attached.
struct SiteState {
  bool suspended = false;      // has no place until it attaches again or answers a new invitation
  MissedRounds missed;         // in a row
  int pause = 1;               // in round deadlines, of the next suspension
  bool at_fault = false;       // links broke because of it; no round was completed with it since
  std::optional<Time> invite;  // when a suspended site is invited anew
  bool knows_statistics = false;
  int rounds = 0;          // behind its model, as it told
  bool abreast = false;    // its model is of the present generation, whatever it told last
  bool knows_end = false;  // was told once more, when it attached after the run had ended
  uint64_t assigned = 0;   // the generation it was put into last
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_SITE_STATE_H_
