#ifndef CONSILIUM_SERVER_FEDERATION_MISSED_ROUNDS_H_
#define CONSILIUM_SERVER_FEDERATION_MISSED_ROUNDS_H_

#include <algorithm>
#include <compare>
#include <cstdint>
#include <map>
#include <string>

#include "base/clock.h"
#include "server/federation/messages.h"

namespace consilium::federation {

// How many rounds a site let pass since it last gave a sign of life, as those who wait for it tell.
// A round counts once, however many waited for the site in it, and once more for every further
// deadline that one of them let pass in the same round. Nobody can have waited in vain more often
// than once in a deadline, whatever he tells.
class MissedRounds {
 public:
  struct Round {
    uint64_t generation = 0;
    Stage stage = Stage::kRound;
    int round = 0;
    auto operator<=>(const Round&) const = default;
  };

  // Stands for all rounds of a generation, where who waited does not say which it was.
  static Round SomeRoundOf(uint64_t generation) { return {generation, Stage::kStatistics, 0}; }

  void Note(const std::string& who_waited, const Round& round, Time now, Duration deadline) {
    const auto [last, first] = last_.try_emplace(who_waited, now);
    if (!first && now - last->second < deadline / 2) return;  // clocks and messages take a while
    last->second = now;
    ++told_[round][who_waited];
  }

  int count() const {
    int count = 0;
    for (const auto& [round, told] : told_) {
      int deadlines = 0;
      for (const auto& [who, times] : told) deadlines = std::max(deadlines, times);
      count += deadlines;
    }
    return count;
  }

  void Clear() { told_.clear(); }

 private:
  std::map<Round, std::map<std::string, int>> told_;
  std::map<std::string, Time> last_;  // by who waited
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_MISSED_ROUNDS_H_
