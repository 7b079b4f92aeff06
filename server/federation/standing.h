#ifndef CONSILIUM_SERVER_FEDERATION_STANDING_H_
#define CONSILIUM_SERVER_FEDERATION_STANDING_H_

#include <optional>

#include "base/clock.h"
#include "server/federation/missed_rounds.h"

namespace consilium {

// What a run remembers of a site beside what is stored and shown.
struct Standing {
  bool benched = false;
  MissedRounds missed;         // in a row
  int pause = 1;               // in round deadlines, of the next benching
  std::optional<Time> invite;  // when a benched site is invited anew
  bool knows_statistics = false;
  int rounds = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_FEDERATION_STANDING_H_
