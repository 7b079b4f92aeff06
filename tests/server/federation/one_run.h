#ifndef CONSILIUM_TESTS_SERVER_FEDERATION_ONE_RUN_H_
#define CONSILIUM_TESTS_SERVER_FEDERATION_ONE_RUN_H_

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/federation/run.h"
#include "tests/support/fake_clock.h"

// A run called r1, and what its sites say to it.
namespace consilium::testing {

inline constexpr char kPlan[] =
    "[run]\nsites = ['a', 'b']\nrounds = 3\ndeparture_grace_seconds = 2\n";

inline std::unique_ptr<Run> MakeRun(const FakeClock& clock, const std::string& plan = kPlan) {
  auto run = Run::Create("r1", plan, clock);
  EXPECT_TRUE(run.ok()) << run.status();
  return *std::move(run);
}

inline Offer OfferOf(int rounds = 0, bool knows = false, const std::string& layout = "l") {
  return {"r1", {10, 5}, rounds, knows, 10, layout};
}

inline std::vector<Assignment> Assignments(const RunActions& actions) {
  std::vector<Assignment> assignments;
  for (const RunAction& action : actions) {
    const ToSite* order = std::get_if<ToSite>(&action);
    if (order == nullptr) continue;
    if (const auto* assignment = std::get_if<Shared<Assignment>>(&order->message)) {
      assignments.push_back(*assignment);
    }
  }
  return assignments;
}

inline RunActions AttachAndOffer(Run& run, const std::string& site, const Offer& offer) {
  run.Attached(site);
  return run.Handle(site, offer);
}

inline Progress Missing(const std::string& site, uint64_t generation) {
  Progress progress;
  progress.run = "r1";
  progress.generation = generation;
  progress.stage = Stage::kRound;
  progress.missed = {site};
  return progress;
}

inline bool Invites(const RunActions& actions, const std::string& site) {
  return std::ranges::any_of(actions, [&](const RunAction& action) {
    const ToSite* order = std::get_if<ToSite>(&action);
    return order != nullptr && order->site == site &&
           std::holds_alternative<Invitation>(order->message);
  });
}

inline constexpr char kThree[] =
    "[run]\nsites = ['a', 'b', 'c']\nrounds = 40\nquorum = 2\nround_deadline_seconds = 5\n";

inline std::unique_ptr<Run> RunOfThree(const FakeClock& clock, const std::string& more = "") {
  auto run = MakeRun(clock, kThree + more);
  for (const char* site : {"a", "b", "c"}) AttachAndOffer(*run, site, OfferOf());
  return run;
}

inline Progress ProgressTo(int rounds, uint64_t generation = 1) {
  Progress progress;
  progress.run = "r1";
  progress.generation = generation;
  progress.rounds_completed = rounds;
  return progress;
}

inline void Accuse(Run& run, const std::string& by, const std::string& from) {
  run.Handle(by, LinkBroken{"r1", run.record().generation, from, "wrong length"});
}

inline constexpr char kAtCoordinator[] =
    "[schedule]\nkind = 'all_reduce'\naggregator = 'coordinator'\n";

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SERVER_FEDERATION_ONE_RUN_H_
