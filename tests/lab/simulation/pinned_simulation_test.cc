// What federations of many sites come to, to the bit: which tree is taken, in which order is
// summed, what is sent. The digests were obtained before sites of one process shared any of that.
#include <ostream>
#include <string>

#include "base/security/digest.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lab/simulation/virtual_federation.h"
#include "server/training/digests.h"
#include "tests/support/fake_learner.h"
#include "tests/support/matchers.h"

namespace consilium::simulation {
namespace {

using testing::FakeLearner;
using testing::IsOk;

struct Pinned {
  const char* schedule;  // TOML of [schedule]
  const char* further;   // of the tables after it
  int sites;
  const char* digest;

  friend void PrintTo(const Pinned& pinned, std::ostream* out) {
    *out << pinned.sites << " sites, " << pinned.schedule;
  }
};

// Weights so far apart that the order in which they are added shows in the sum; some sites do not
// hold the second or third module.
std::vector<float> WeightsOf(int site) {
  const auto i = static_cast<float>(site);
  return {1.0f + i, site % 4 == 1 ? 0.0f : 1e-6f * (3 * i + 1),
          site % 5 == 2 ? 0.0f : (site % 2 == 0 ? 1e8f : 0.3f) / (i + 3), 0.1f * i + 7e6f};
}

std::string DigestOf(const FederationOutcome& outcome) {
  std::string text =
      fmt::format("{} {} {}\n", outcome.record.generation, outcome.messages, outcome.messages_lost);
  for (const double statistic : outcome.statistics) text += fmt::format("{:a} ", statistic);
  for (size_t i = 0; i < outcome.record.sites.size(); ++i) {
    const federation::RunSite& site = outcome.record.sites[i];
    text +=
        fmt::format("\n{} {} {} {} {}", site.site,
                    training::ParametersDigest(outcome.parameters[i]), site.report->bytes_sent,
                    site.report->bytes_uncompressed, fmt::join(site.report->traffic.rounds, " "));
    for (const federation::LinkTraffic& link : site.report->traffic.links) {
      text += fmt::format(" {}:{}/{}", link.peer, link.bytes_sent, link.bytes_received);
    }
  }
  return security::ToHex(security::Sha256(text)).substr(0, 16);
}

StatusOr<FederationOutcome> Federate(const Pinned& pinned) {
  std::vector<VirtualSite> sites;
  std::vector<std::string> names;
  for (int i = 0; i < pinned.sites; ++i) {
    auto learner = std::make_unique<FakeLearner>(WeightsOf(i), 0.37f * static_cast<float>(i % 11));
    learner->ChooseAtTheEnd();
    names.push_back(fmt::format("'s{}'", i));
    sites.push_back({fmt::format("s{}", i), std::move(learner)});
  }
  const std::string plan =
      fmt::format("[run]\nsites = [{}]\nrounds = 9\nseed = 3\n[schedule]\n{}\n{}\n",
                  fmt::join(names, ", "), pinned.schedule, pinned.further);
  return RunVirtualFederation(plan, sites, 2);
}

constexpr char kPlain[] = "[compression]\nkind = 'identity'";
constexpr char kQuantized[] = "[compression]\nkind = 'quantized'";
constexpr char kLossy[] =
    "[compression]\nkind = 'identity'\n[channel]\nkind = 'erasure'\nloss = 0.05";

constexpr Pinned kPinned[] = {
    {"kind = 'relay_sum'\ntopology = 'binary_tree'", kPlain, 40, "471d5fa7cd5f5e7b"},
    {"kind = 'relay_sum'\ntopology = 'chain'", kQuantized, 23, "00d1f83f890674c5"},
    {"kind = 'relay_sum'\ntopology = 'star'", kPlain, 33, "a81c34ef1f0d41b4"},
    {"kind = 'relay_sum'\ntopology = 'torus'", kPlain, 36, "b27ffe2bab3e3089"},
    {"kind = 'relay_sum'\ntopology = 'hypercube'\nfallback = 'count'", kPlain, 27,
     "f4a229229600ae0d"},
    {"kind = 'relay_sum'\ntopology = 'two_cliques'\nraise_learning_rate = true", kPlain, 15,
     "0edb17854d8f07be"},
    {"kind = 'relay_sum'\ntopology = 'binary_tree'\ntrees = 2", kPlain, 31, "9848f10e676a2a56"},
    {"kind = 'relay_sum'\ntopology = 'binary_tree'", kLossy, 24, "073220ff280994de"},
    {"kind = 'all_reduce'\ntopology = 'binary_tree'", kPlain, 40, "f33ad0d153729627"},
    {"kind = 'all_reduce'\ntopology = 'fully_connected'", kQuantized, 21, "8a0f38ab1778faf6"},
    {"kind = 'all_reduce'\ntopology = 'ring'", kLossy, 12, "a5fb082fba891867"},
    {"kind = 'all_reduce'\naggregator = 'coordinator'", kPlain, 19, "a208699c7345249d"},
    {"kind = 'all_reduce'\ntopology = 'tree:4'\noverlap = true", kPlain, 30, "1e2fcd7bdfed8d91"},
    {"kind = 'scaffold'\ntopology = 'chain'", kPlain, 14, "da791dc2f3d866e3"},
    {"kind = 'gossip'\ntopology = 'ring'", kPlain, 40, "f67b42d535f3922e"},
    {"kind = 'gossip'\ntopology = 'torus'\ndiffusion = 0.0", kPlain, 24, "a80799a74acf5431"},
    {"kind = 'gossip'\ntopology = 'small_world:4'", kQuantized, 26, "5250f38fea315893"},
    {"kind = 'd_squared'\ntopology = 'ring'", kPlain, 18, "3e07a5393d8bd27d"},
    {"kind = 'gradient_tracking'\ntopology = 'hypercube'", kPlain, 16, "584abecea0f49054"},
    {"kind = 'quasi_global_momentum'\ntopology = 'ring'", kPlain, 17, "0c160524d554f78a"},
    {"kind = 'relay_sum_grad'\ntopology = 'binary_tree'", kPlain, 13, "60f84cf8517ede8d"},
    {"kind = 'relay_mix'\ntopology = 'binary_tree'", kPlain, 29, "69f11fdc3d7a1296"},
    {"kind = 'push_sum'", kPlain, 37, "c68d861e39dd9462"},
};

class PinnedSimulationTest : public ::testing::TestWithParam<Pinned> {};

TEST_P(PinnedSimulationTest, EndsWithTheSameBitsAsEver) {
  const auto outcome = Federate(GetParam());
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(DigestOf(*outcome), GetParam().digest);
}

TEST_P(PinnedSimulationTest, WorksOutOnceAGenerationWhatAllSitesWouldWorkOutAlike) {
  const auto outcome = Federate(GetParam());
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->compositions, outcome->record.generation);
}

INSTANTIATE_TEST_SUITE_P(Schedules, PinnedSimulationTest, ::testing::ValuesIn(kPinned));

}  // namespace
}  // namespace consilium::simulation
