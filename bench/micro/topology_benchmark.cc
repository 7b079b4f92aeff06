#include <string>

#include "benchmark/benchmark.h"
#include "modules/topology/effective_neighbors.h"
#include "modules/topology/generators.h"
#include "modules/topology/quadratic_rate.h"

// What `consilium topology` computes, against the reference's figures of peers.md for 32 sites:
// effective neighbours at one decay 86 to 121 us for a graph and 677 us for the time-varying
// exponential one, the exact rate at one learning rate 43 ms. `ratio` is the reference's (lowest)
// time over ours.
namespace consilium::bench {
namespace {

constexpr double kPeerStatic = 86e-6, kPeerTimeVarying = 677e-6, kPeerExact = 43e-3;
constexpr double kDecays[] = {0, 0.5, 0.9, 0.951, 0.99, 0.999};

const topology::MixingScheme& SchemeAt(int64_t at) {
  static const std::vector<topology::MixingScheme> schemes = {
      *topology::MetropolisScheme(*topology::Ring(32)),
      *topology::MetropolisScheme(*topology::Star(32)),
      *topology::MetropolisScheme(*topology::BinaryTree(32)),
      *topology::MetropolisScheme(*topology::Torus(32)),
      *topology::MetropolisScheme(*topology::Hypercube(32)),
      *topology::MetropolisScheme(*topology::TwoCliques(32)),
      *topology::MetropolisScheme(*topology::FullyConnected(32)),
      *topology::Exponential(32)};
  return schemes[static_cast<size_t>(at)];
}
constexpr const char* kNames[] = {"ring",      "star",        "binary_tree",     "torus",
                                  "hypercube", "two_cliques", "fully_connected", "exponential"};
constexpr int64_t kExponential = 7;

void CompareWithPeer(benchmark::State& state, double peer_seconds) {
  state.counters["ratio"] =
      benchmark::Counter(peer_seconds, benchmark::Counter::kIsIterationInvariantRate);
}

void BM_EffectiveNeighborsOnce(benchmark::State& state) {
  const topology::MixingScheme& scheme = SchemeAt(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(topology::EffectiveNeighborsOf(scheme, 0.951));
  state.SetLabel(kNames[state.range(0)]);
  CompareWithPeer(state, state.range(0) == kExponential ? kPeerTimeVarying : kPeerStatic);
}
BENCHMARK(BM_EffectiveNeighborsOnce)->DenseRange(0, kExponential)->Unit(benchmark::kMicrosecond);

// Six decays, the decomposition included.
void BM_EffectiveNeighborsTable(benchmark::State& state) {
  const topology::MixingScheme& scheme = SchemeAt(state.range(0));
  for (auto _ : state) {
    const topology::RandomWalk walk(scheme);
    for (const double decay : kDecays) {
      benchmark::DoNotOptimize(topology::EffectiveNeighborsOf(walk, decay));
    }
  }
  state.SetLabel(kNames[state.range(0)]);
  const double peer = state.range(0) == kExponential ? kPeerTimeVarying : kPeerStatic;
  CompareWithPeer(state, peer * static_cast<double>(std::size(kDecays)));
}
BENCHMARK(BM_EffectiveNeighborsTable)->DenseRange(0, kExponential)->Unit(benchmark::kMicrosecond);

void BM_ExactRate(benchmark::State& state) {
  const topology::MixingScheme& scheme = SchemeAt(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(topology::ExactRate(topology::RandomWalk(scheme), {0.05, 50}));
  }
  state.SetLabel(kNames[state.range(0)]);
  CompareWithPeer(state, kPeerExact);
}
BENCHMARK(BM_ExactRate)->DenseRange(0, kExponential)->Unit(benchmark::kMicrosecond);

void BM_BestLearningRate(benchmark::State& state) {
  const topology::RandomWalk walk(SchemeAt(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(topology::BestLearningRate(walk, 50));
  state.SetLabel(kNames[state.range(0)]);
}
BENCHMARK(BM_BestLearningRate)->DenseRange(0, kExponential)->Unit(benchmark::kMicrosecond);

// A thousand sites on a tree, which is neither circulant nor regular.
void BM_ThousandSites(benchmark::State& state) {
  const topology::MixingScheme scheme = *topology::MetropolisScheme(*topology::BinaryTree(1000));
  for (auto _ : state) {
    const topology::RandomWalk walk(scheme);
    const topology::BestRate best = *topology::BestLearningRate(walk, 50);
    benchmark::DoNotOptimize(topology::ExactRate(walk, {best.learning_rate, 50}));
  }
}
BENCHMARK(BM_ThousandSites)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
}  // namespace consilium::bench

BENCHMARK_MAIN();
