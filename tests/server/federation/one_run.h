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

inline std::unique_ptr<federation::Run> MakeRun(const FakeClock& clock,
                                                const std::string& plan = kPlan) {
  auto run = federation::Run::Create("r1", plan, clock);
  EXPECT_TRUE(run.ok()) << run.status();
  return *std::move(run);
}

inline federation::Offer OfferOf(int rounds = 0, bool knows = false,
                                 const std::string& layout = "l") {
  return {"r1", {10, 5}, rounds, knows, 10, layout};
}

inline std::vector<federation::Assignment> Assignments(const federation::RunActions& actions) {
  std::vector<federation::Assignment> assignments;
  for (const federation::RunAction& action : actions) {
    const federation::ToSite* order = std::get_if<federation::ToSite>(&action);
    if (order == nullptr) continue;
    if (const auto* assignment = std::get_if<Shared<federation::Assignment>>(&order->message)) {
      assignments.push_back(*assignment);
    }
  }
  return assignments;
}

inline federation::RunActions AttachAndOffer(federation::Run& run, const std::string& site,
                                             const federation::Offer& offer) {
  run.Attached(site);
  return run.Handle(site, offer);
}

inline federation::Progress Missing(const std::string& site, uint64_t generation) {
  federation::Progress progress;
  progress.run = "r1";
  progress.generation = generation;
  progress.stage = federation::Stage::kRound;
  progress.missed = {site};
  return progress;
}

inline bool Invites(const federation::RunActions& actions, const std::string& site) {
  return std::ranges::any_of(actions, [&](const federation::RunAction& action) {
    const federation::ToSite* order = std::get_if<federation::ToSite>(&action);
    return order != nullptr && order->site == site &&
           std::holds_alternative<federation::Invitation>(order->message);
  });
}

inline constexpr char kThree[] =
    "[run]\nsites = ['a', 'b', 'c']\nrounds = 40\nquorum = 2\nround_deadline_seconds = 5\n";

inline std::unique_ptr<federation::Run> RunOfThree(const FakeClock& clock,
                                                   const std::string& more = "") {
  auto run = MakeRun(clock, kThree + more);
  for (const char* site : {"a", "b", "c"}) AttachAndOffer(*run, site, OfferOf());
  return run;
}

inline federation::Progress ProgressTo(int rounds, uint64_t generation = 1) {
  federation::Progress progress;
  progress.run = "r1";
  progress.generation = generation;
  progress.rounds_completed = rounds;
  return progress;
}

inline void Accuse(federation::Run& run, const std::string& by, const std::string& from) {
  run.Handle(by, federation::LinkBroken{"r1", run.record().generation, from, "wrong length"});
}

inline constexpr char kAtCoordinator[] =
    "[schedule]\nkind = 'all_reduce'\naggregator = 'coordinator'\n";

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SERVER_FEDERATION_ONE_RUN_H_
