#include "modules/topology/advise.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "modules/topology/advise_words.h"
#include "modules/topology/candidates.h"
#include "modules/topology/differing_sites.h"
#include "modules/topology/distances.h"
#include "modules/topology/network.h"
#include "modules/topology/quadratic_rate.h"
#include "modules/topology/spanning_tree.h"

namespace consilium::topology {
namespace {

// Exchange may take so much of the time of training before more compression is chosen.
constexpr double kExchangeShare = 0.25;

// Gossip may leave sites apart by this much of the way from the start to their optima.
constexpr double kMostApart = 0.1;

// Sites of which D-squared's rate, for which all eigenvalues are needed, is found in seconds.
constexpr int kMostCorrected = 1000;

// Options are about as fast if they take no more than so many times as long.
constexpr double kAlike = 1.25;

struct Compression {
  const char* kind;
  int rank, bits;
  double smaller;
};
// Weakest first; figures of docs/exchange.md for MoDN modules. RelaySum averages models, whose
// difference has full rank: few bits lag less behind than a low rank. The others send updates, or
// differences between neighbours, and keep what they leave out.
constexpr Compression kRelayCompressions[] = {{"identity", 0, 0, 1},
                                              {"quantized", 0, 4, 7.8},
                                              {"quantized", 0, 3, 10.3},
                                              {"quantized", 0, 2, 15.2}};
constexpr Compression kOtherCompressions[] = {{"identity", 0, 0, 1},
                                              {"low_rank", 4, 0, 5.5},
                                              {"low_rank", 2, 0, 8.3},
                                              {"low_rank", 1, 0, 14.5}};
// D-squared adds up what comes late: only compressors that follow closely.
constexpr Compression kCorrectingCompressions[] = {
    {"identity", 0, 0, 1}, {"quantized", 0, 4, 7.8}, {"quantized", 0, 3, 10.3}};

Status Check(const Situation& s) {
  const int n = s.links ? s.links->graph.size() : s.sites;
  if (n < 1) return InvalidArgument("{} sites: at least 1 is needed", n);
  if (n > kMostAdvisedSites) {
    return InvalidArgument("{} sites: expected at most {}", n, kMostAdvisedSites);
  }
  const auto positive = [](double value) { return value > 0 && std::isfinite(value); };
  if (!(s.delay_ms >= 0) || !std::isfinite(s.delay_ms)) {
    return InvalidArgument("delay {} ms: expected 0 or more", s.delay_ms);
  }
  if (!positive(s.mbit_s))
    return InvalidArgument("{} Mbit/s: expected a finite number above 0", s.mbit_s);
  if (!positive(s.parameters)) {
    return InvalidArgument("{} parameters: expected a finite number above 0", s.parameters);
  }
  if (!positive(s.train_seconds)) {
    return InvalidArgument("{} s of training a round: expected a finite number above 0",
                           s.train_seconds);
  }
  if (s.rounds < 1) return InvalidArgument("{} rounds: expected 1 or more", s.rounds);
  if (!(s.heterogeneity >= 0 && s.heterogeneity <= 1)) {
    return InvalidArgument("heterogeneity {}: expected 0 (all alike) to 1 (nothing in common)",
                           s.heterogeneity);
  }
  if (!(s.zeta >= 1) || !std::isfinite(s.zeta)) {
    return InvalidArgument("zeta {}: expected 1 or more", s.zeta);
  }
  if (s.most_links < 0) return InvalidArgument("{} links a site: expected 1 or more", s.most_links);
  if (s.links && s.sites > 0 && s.sites != n) {
    return InvalidArgument("{} sites, but the links name {}: leave one out or mend the other",
                           s.sites, n);
  }
  if (s.most_links == 1 && n > 2 && !s.links) {
    return InvalidArgument("1 link a site cannot connect {} sites: at least 2 are needed", n);
  }
  return OkStatus();
}

// Seconds until the slowest link of a graph has carried a message of so many bytes. Links without a
// rate of their own share what the busier of their ends can send.
double SlowestLink(const Situation& situation, const Graph& graph, double bytes) {
  std::vector<Edge> all;
  if (situation.links) all = situation.links->graph.Edges();
  const auto number = [&](const std::vector<double>& numbers, const Edge& edge, double other) {
    if (numbers.empty()) return other;
    return numbers[static_cast<size_t>(std::lower_bound(all.begin(), all.end(), edge) -
                                       all.begin())];
  };
  const std::vector<double> none;
  const auto& delays = situation.links ? situation.links->delays_ms : none;
  const auto& rates = situation.links ? situation.links->mbit_s : none;
  double slowest = 0;
  for (const Edge& edge : graph.Edges()) {
    const int busier = std::max(graph.Degree(edge.first), graph.Degree(edge.second));
    const double mbit_s = number(rates, edge, situation.mbit_s / busier);
    slowest = std::max(slowest,
                       number(delays, edge, situation.delay_ms) / 1e3 + bytes * 8 / (mbit_s * 1e6));
  }
  return slowest;
}

int HeightOf(const Graph& tree) {
  const std::vector<int> hops = HopsFrom(tree, Center(tree));
  return *std::max_element(hops.begin(), hops.end());
}

// The weakest compression whose exchange is short beside the training, else the strongest.
template <size_t kCount, typename Seconds>
void Choose(const Compression (&compressions)[kCount], const Situation& situation,
            const Seconds& seconds, Option& option) {
  for (const Compression& compression : compressions) {
    const double bytes = 4 * situation.parameters / compression.smaller;
    option.compressor = compression.kind;
    option.rank = compression.rank;
    option.bits = compression.bits;
    option.compression = compression.smaller;
    option.bytes = bytes * option.most_links;
    option.exchange_seconds = seconds(bytes);
    if (option.exchange_seconds <= kExchangeShare * situation.train_seconds) break;
  }
  option.round_seconds = situation.train_seconds + option.exchange_seconds;
}

Option OptionOn(const Candidate& candidate, const char* schedule) {
  Option option;
  option.schedule = schedule;
  option.topology = candidate.topology;
  option.shape = candidate.shape;
  if (!candidate.named) option.edges = candidate.graph.Edges();
  option.most_links = MostLinks(candidate.graph);
  return option;
}

Option AllReduceOn(const Candidate& candidate, const Situation& situation) {
  Option option = OptionOn(candidate, "all_reduce");
  option.in_sequence = 2 * HeightOf(candidate.graph);
  Choose(
      kOtherCompressions, situation,
      [&](double bytes) {
        return option.in_sequence * SlowestLink(situation, candidate.graph, bytes);
      },
      option);
  return option;
}

// The farthest site is heard after as many rounds as it is hops away: they are lost at the start.
Option RelayOn(const Candidate& candidate, const Situation& situation) {
  Option option = OptionOn(candidate, "relay_sum");
  Choose(
      kRelayCompressions, situation,
      [&](double bytes) { return SlowestLink(situation, candidate.graph, bytes); }, option);
  option.learning_rate_factor = RelayLearningRateFactor(candidate.graph);
  option.rounds_factor = 1 + static_cast<double>(Diameter(candidate.graph)) / situation.rounds;
  return option;
}

// The rate of the mean of all, which is also its best learning rate.
double ExactRateOf(int sites, const Situation& situation) {
  const double n = sites;
  return n / (n - 1 + situation.zeta);
}

// At the best learning rate that leaves sites near enough to each other where a step leaves
// `second` of what differs between them.
StatusOr<BestRate> BestNearEnough(const RandomWalk& walk, RateFunction rate, double second,
                                  const Situation& situation) {
  ASSIGN_OR_RETURN(const BestRate best, BestLearningRate(walk, situation.zeta, rate));
  if (situation.heterogeneity <= kMostApart || walk.size() < 2) return best;
  const double most = LearningRateLeaving(second, kMostApart / situation.heterogeneity);
  if (most >= best.learning_rate) return best;
  return BestRate{most, rate(walk, {most, situation.zeta}).value_or(0)};
}

StatusOr<Option> GossipOn(const Candidate& candidate, const Situation& situation) {
  Option option = OptionOn(candidate, "gossip");
  Choose(
      kOtherCompressions, situation,
      [&](double bytes) { return SlowestLink(situation, candidate.graph, bytes); }, option);
  ASSIGN_OR_RETURN(const MixingScheme scheme, MetropolisScheme(candidate.graph));
  const RandomWalk walk(scheme);
  ASSIGN_OR_RETURN(const BestRate best,
                   BestNearEnough(walk, PredictedRate, 1 - walk.SpectralGap(), situation));
  const double exact = ExactRateOf(candidate.graph.size(), situation);
  option.rounds_factor = exact / std::max(best.rate, 1e-12);
  option.learning_rate_factor = best.learning_rate / exact;
  return option;
}

// By the rate in which the optima of sites have no part.
Option DSquaredOn(const Candidate& candidate, const Situation& situation) {
  Option option = OptionOn(candidate, "d_squared");
  Choose(
      kCorrectingCompressions, situation,
      [&](double bytes) { return SlowestLink(situation, candidate.graph, bytes); }, option);
  const BestRate best = BestDSquaredRate(DSquaredEigenvalues(candidate.graph), situation.zeta);
  const double exact = ExactRateOf(candidate.graph.size(), situation);
  option.rounds_factor = exact / std::max(best.rate, 1e-12);
  option.learning_rate_factor = best.learning_rate / exact;
  return option;
}

// One message out a round, to the next of log2 n sites in turn; no compressor goes with it.
Status AddPushSum(const Situation& situation, std::vector<Option>& options) {
  const int n = situation.sites;
  ASSIGN_OR_RETURN(const Network network, MakeNetwork("time_varying_exponential", n));
  ASSIGN_OR_RETURN(const Graph links, LinksOf(network));
  Option option;
  option.schedule = "push_sum";
  option.topology = option.shape = "exponential";
  option.compressor = "identity";
  option.most_links = MostLinks(links);
  if (situation.most_links > 0 && option.most_links > situation.most_links) return OkStatus();
  option.bytes = 4 * situation.parameters;
  option.exchange_seconds = situation.delay_ms / 1e3 + option.bytes * 8 / (situation.mbit_s * 1e6);
  option.round_seconds = situation.train_seconds + option.exchange_seconds;
  const RandomWalk walk(network.scheme);
  // A step halves the square of what differs between sites, whatever is left after a period.
  const double second = std::max(1 - walk.SpectralGap(), std::sqrt(0.5));
  ASSIGN_OR_RETURN(const BestRate best, BestNearEnough(walk, ExactRate, second, situation));
  const double exact = ExactRateOf(n, situation);
  option.rounds_factor = exact / std::max(best.rate, 1e-12);
  option.learning_rate_factor = best.learning_rate / exact;
  options.push_back(std::move(option));
  return OkStatus();
}

StatusOr<std::vector<Option>> Options(const Situation& situation) {
  std::vector<Option> options;
  ASSIGN_OR_RETURN(const std::vector<Candidate> trees, Candidates(situation, true));
  for (const Candidate& candidate : trees) {
    options.push_back(AllReduceOn(candidate, situation));
    options.push_back(RelayOn(candidate, situation));
  }
  ASSIGN_OR_RETURN(const std::vector<Candidate> graphs, Candidates(situation, false));
  for (const Candidate& candidate : graphs) {
    ASSIGN_OR_RETURN(Option option, GossipOn(candidate, situation));
    options.push_back(std::move(option));
    if (candidate.graph.size() > kMostCorrected) continue;
    options.push_back(DSquaredOn(candidate, situation));
  }
  if (!situation.links && situation.sites > 3) RETURN_IF_ERROR(AddPushSum(situation, options));
  return options;
}

}  // namespace

StatusOr<Advice> Advise(const Situation& situation) {
  RETURN_IF_ERROR(Check(situation));
  if (situation.links) RETURN_IF_ERROR(CheckConnected(*situation.links));
  Advice advice;
  advice.sites = situation.links ? situation.links->graph.size() : situation.sites;
  advice.links = situation.links;
  if (situation.links) advice.names = situation.links->sites;
  ASSIGN_OR_RETURN(advice.options, Options(situation));
  const auto time = [](const Option& o) { return o.round_seconds * o.rounds_factor; };
  std::stable_sort(advice.options.begin(), advice.options.end(),
                   [&](const Option& a, const Option& b) { return time(a) < time(b); });
  // Estimates are rough: of options about as fast, the one that leaves out least.
  const double enough = kAlike * time(advice.options.front());
  auto chosen = advice.options.begin();
  for (auto option = chosen; option != advice.options.end() && time(*option) <= enough; ++option) {
    if (option->compression < chosen->compression) chosen = option;
  }
  std::rotate(advice.options.begin(), chosen, chosen + 1);
  const double best = time(advice.options.front());
  for (Option& option : advice.options) option.relative_time = time(option) / best;
  Explain(situation, advice);
  return advice;
}

}  // namespace consilium::topology
