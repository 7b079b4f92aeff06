#include <memory>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/tasks.h"
#include "benchmark/benchmark.h"
#include "modules/schedule/make_exchange.h"
#include "modules/topology/generators.h"
#include "server/ops/tune.h"

// Many hospitals' exchanges in one process. Asked: RelaySum with 256 sites and 100
// thousand parameters at 20 rounds a second or more on two cores.
namespace consilium {
namespace {

// Modules of 2,076 numbers each, as a MoDN encoder with its decoder has.
FlatShape Modules(int count) {
  FlatShape shape;
  for (int b = 0; b < count; ++b) {
    Block block{shape.size(), 0};
    for (const auto& [rows, cols] :
         {std::pair(32, 31), {32, 1}, {30, 32}, {30, 1}, {2, 30}, {2, 1}}) {
      shape.matrices.push_back({block.offset + block.size, rows, cols, b});
      block.size += shape.matrices.back().size();
    }
    shape.blocks.push_back(block);
  }
  return shape;
}

// Arguments: sites; compressor, by its place in AllCompressors; threads.
void RelaySumRounds(benchmark::State& state) {
  const int sites = static_cast<int>(state.range(0));
  ExchangeOptions options;
  options.graph = *BinaryTree(sites);
  options.shape = Modules(48);
  options.weights.assign(static_cast<size_t>(sites), std::vector<double>(48, 1.0));
  const NamedCompressor& compressor = AllCompressors()[static_cast<size_t>(state.range(1))];
  options.compressor = compressor.options;
  std::vector<std::unique_ptr<Exchange<float>>> exchanges;
  std::vector<std::vector<float>> values;
  Random random(1);
  for (options.self = 0; options.self < sites; ++options.self) {
    exchanges.push_back(*MakeExchange<float>(options));
    values.emplace_back();
    for (size_t i = 0; i < options.shape.size(); ++i) {
      values.back().push_back(static_cast<float>(0.01 * random.Normal()));
    }
  }
  Workers workers(static_cast<int>(state.range(2)));
  std::vector<std::vector<Outgoing>> sent(exchanges.size());
  std::vector<std::vector<std::pair<int, const Outgoing*>>> inbox(exchanges.size());
  for (auto _ : state) {
    (void)RunTasks(workers, sites, [&](int i) {
      const auto site = static_cast<size_t>(i);
      sent[site] = exchanges[site]->Begin(values[site]);
      return OkStatus();
    });
    for (auto& box : inbox) box.clear();
    for (int from = 0; from < sites; ++from) {
      for (const Outgoing& message : sent[static_cast<size_t>(from)]) {
        inbox[static_cast<size_t>(message.to)].emplace_back(from, &message);
      }
    }
    (void)RunTasks(workers, sites, [&](int i) {
      const auto site = static_cast<size_t>(i);
      for (const auto& [from, message] : inbox[site]) {
        RETURN_IF_ERROR(exchanges[site]->Receive(from, message->body).status());
      }
      exchanges[site]->End(values[site]);
      return OkStatus();
    });
  }
  state.SetLabel(std::string(compressor.name));
  state.counters["rounds/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(RelaySumRounds)
    ->Args({256, 0, 1})
    ->Args({256, 0, 2})
    ->Args({256, 1, 2})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace consilium

int main(int argc, char** argv) {
  consilium::TuneProcess();  // as the daemons do
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
