#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "benchmark/benchmark.h"
#include "lab/air/air.h"
#include "lab/air/air_scheme.h"

// Averages over the air on the lists of peers.md: 60 modules of (32,31), (30,32), (2,30) with
// biases, 124,560 numbers; and one 1024 x 1024 matrix.
namespace consilium::bench {
namespace {

FlatShape SixtyModules() {
  FlatShape shape;
  for (int module = 0; module < 60; ++module) {
    Block block{shape.size(), 0};
    for (const auto& [rows, cols] :
         {std::pair(32, 31), {32, 1}, {30, 32}, {30, 1}, {2, 30}, {2, 1}}) {
      shape.matrices.push_back({block.offset + block.size, rows, cols, module});
      block.size += shape.matrices.back().size();
    }
    shape.blocks.push_back(block);
  }
  return shape;
}

FlatShape OneMatrix() { return {.blocks = {{0, 1024 * 1024}}, .matrices = {{0, 1024, 1024, 0}}}; }

// A call as the reference's in a single process: what goes on the air, its power, the noise, and
// what it stands for. x_peer: the time of peers.md over ours, at rank 2.
void Average(benchmark::State& state, air::AirSchemeKind kind, const FlatShape& shape,
             double peer) {
  const air::AirSchemeOptions options = {.kind = kind, .rank = 2};
  const air::ChannelOptions gaussian = {.kind = air::ChannelKind::kGaussian, .power = 100};
  const auto scheme = *air::MakeAirScheme<float>(options, shape, 1);
  const auto channel = *air::MakeChannel(gaussian, 2);
  const std::vector<std::vector<double>> weights = {std::vector<double>(shape.blocks.size(), 1.0)};
  Random random(1);
  std::vector<float> values(shape.size()), result(shape.size());
  for (float& value : values) value = static_cast<float>(0.01 * random.Normal());
  uint64_t use = 0;
  for (auto _ : state) {
    const std::vector<std::span<const float>> signals = {scheme->Begin(values)};
    const auto mean = air::AverageOverTheAir<float>(signals, scheme->Segments(), weights, {},
                                                    gaussian, *channel, use++);
    if (!mean.ok()) return state.SkipWithError(std::string(mean.status().message()).c_str());
    scheme->End(mean->mean, true, result);
    benchmark::DoNotOptimize(result.data());
  }
  if (peer > 0) {
    state.counters["x_peer"] =
        benchmark::Counter(peer, benchmark::Counter::kIsIterationInvariantRate);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(shape.size() * sizeof(float)));
}

BENCHMARK_CAPTURE(Average, laser_modules, air::AirSchemeKind::kLaser, SixtyModules(), 10.5e-3);
BENCHMARK_CAPTURE(Average, laser_matrix, air::AirSchemeKind::kLaser, OneMatrix(), 6.4e-3);
BENCHMARK_CAPTURE(Average, z_sgd_modules, air::AirSchemeKind::kZSgd, SixtyModules(), 0);
BENCHMARK_CAPTURE(Average, sign_modules, air::AirSchemeKind::kSign, SixtyModules(), 0);
BENCHMARK_CAPTURE(Average, sketch_modules, air::AirSchemeKind::kSketch, SixtyModules(), 0);
BENCHMARK_CAPTURE(Average, random_k_modules, air::AirSchemeKind::kRandomK, SixtyModules(), 0);

}  // namespace
}  // namespace consilium::bench

BENCHMARK_MAIN();
