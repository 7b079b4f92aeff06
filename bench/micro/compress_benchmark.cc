#include <algorithm>
#include <chrono>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "benchmark/benchmark.h"
#include "modules/compress/compressor.h"
#include "modules/schedule/make_exchange.h"
#include "modules/topology/generators.h"

// Compressors on the module list of peers.md: 60 modules of (32,31), (30,32), (2,30) with biases,
// 124,560 numbers; and on one 1024 x 1024 matrix.
namespace consilium::bench {
namespace {

// peers.md: a call of the reference library, in seconds, at ranks 1, 2, 4, 8 (the best of its
// figures for the single matrix).
double PeerSeconds(bool modules, int64_t rank) {
  const int at = rank <= 1 ? 0 : rank == 2 ? 1 : rank == 4 ? 2 : 3;
  constexpr double kModules[] = {2.2e-3, 2.1e-3, 2.2e-3, 2.4e-3};
  constexpr double kSingle[] = {1.6e-3, 2.5e-3, 2.3e-3, 2.8e-3};
  return modules ? kModules[at] : kSingle[at];
}

FlatShape Shape(const std::vector<std::vector<std::pair<int, int>>>& blocks) {
  FlatShape shape;
  for (const auto& matrices : blocks) {
    Block block{shape.size(), 0};
    for (const auto& [rows, cols] : matrices) {
      shape.matrices.push_back(
          {block.offset + block.size, rows, cols, static_cast<int>(shape.blocks.size())});
      block.size += shape.matrices.back().size();
    }
    shape.blocks.push_back(block);
  }
  return shape;
}

// Modules of 2,076 numbers each.
FlatShape Modules(int64_t count) {
  return Shape(std::vector<std::vector<std::pair<int, int>>>(
      static_cast<size_t>(count), {{32, 31}, {32, 1}, {30, 32}, {30, 1}, {2, 30}, {2, 1}}));
}
FlatShape SixtyModules() { return Modules(60); }

FlatShape OneMatrix() { return Shape({{{1024, 1024}}}); }

std::vector<float> Values(size_t size) {
  Random random(1);
  std::vector<float> values(size);
  for (float& value : values) value = static_cast<float>(0.01 * random.Normal());
  return values;
}

compress::CompressorOptions LowRank(int64_t rank) {
  return {.kind = &compress::kLowRank, .rank = static_cast<int>(rank), .min_compression = 2};
}

void Report(benchmark::State& state, const FlatShape& shape, double peer_seconds) {
  // A counter that Google Benchmark divides by the time of an iteration: times faster than peer.
  if (peer_seconds > 0) {
    state.counters["x_peer"] =
        benchmark::Counter(peer_seconds, benchmark::Counter::kIsIterationInvariantRate);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(shape.size() * sizeof(float)));
}

// Counters: the best call in microseconds, as a busy machine lengthens the mean, and how many of it
// take as long as the peer.
void PowerSgd(benchmark::State& state, const FlatShape& shape, double peer_seconds) {
  using Clock = std::chrono::steady_clock;
  auto codec = *compress::MakeMeanCodec<float>(LowRank(state.range(0)), shape, 1);
  const std::vector<float> values = Values(shape.size());
  std::vector<float> output(shape.size());
  double best = 1e9, odd = 1e9;  // of calls of either side
  for (auto _ : state) {
    const auto begin = Clock::now();
    codec->Begin(values);
    codec->Absorb(0, codec->Contribution(0), true);
    codec->End(output);
    benchmark::DoNotOptimize(output.data());
    best = std::min(best, std::chrono::duration<double>(Clock::now() - begin).count());
    std::swap(best, odd);
  }
  const double seconds = (best + odd) / 2;
  state.counters["best_us"] = seconds * 1e6;
  state.counters["x_peer"] = peer_seconds / seconds;
}

void PowerSgdSixtyModules(benchmark::State& state) {
  PowerSgd(state, SixtyModules(), PeerSeconds(true, state.range(0)));
}
BENCHMARK(PowerSgdSixtyModules)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->Unit(benchmark::kMicrosecond);

void PowerSgdOneMatrix(benchmark::State& state) {
  PowerSgd(state, OneMatrix(), PeerSeconds(false, state.range(0)));
}
BENCHMARK(PowerSgdOneMatrix)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->Unit(benchmark::kMicrosecond);

// ---- next to streams of the same memory ----

// The best times of two jobs in turn, so that a busy machine slows both.
template <typename Job, typename Floor>
std::pair<double, double> BestOfBoth(const Job& job, const Floor& floor) {
  using Clock = std::chrono::steady_clock;
  std::pair<double, double> best = {1e9, 1e9};
  const auto seconds = [](const auto& work) {
    const auto begin = Clock::now();
    work();
    benchmark::ClobberMemory();
    return std::chrono::duration<double>(Clock::now() - begin).count();
  };
  for (int turn = 0; turn < 30; ++turn) {
    best.first = std::min(best.first, seconds(job));
    best.second = std::min(best.second, seconds(floor));
  }
  return best;
}

// Counters: the best time in microseconds, and times that of the stream.
template <typename Job, typename Floor>
void AgainstStream(benchmark::State& state, const Job& job, const Floor& floor) {
  double best = 1e9, ratio = 1e9;
  for (auto _ : state) {
    const auto [own, stream] = BestOfBoth(job, floor);
    best = std::min(best, own);
    ratio = std::min(ratio, own / stream);
  }
  state.counters["best_us"] = best * 1e6;
  state.counters["x_stream"] = ratio;
}

// Every number of `values` is brought to the nearest cache.
void ReadOnce(const std::vector<float>& values) {
  static float near[2048];
  for (size_t begin = 0; begin + 2048 <= values.size(); begin += 2048) {
    std::memcpy(near, values.data() + begin, sizeof(near));
    benchmark::DoNotOptimize(near);
  }
}

// PowerSGD must read the values once, read and write the error once and write the output once.
void PowerSgdAgainstStream(benchmark::State& state) {
  const FlatShape shape = OneMatrix();
  auto codec = *compress::MakeMeanCodec<float>(LowRank(state.range(0)), shape, 1);
  const std::vector<float> values = Values(shape.size());
  std::vector<float> output(shape.size()), error(shape.size());
  AgainstStream(
      state,
      [&] {
        codec->Begin(values);
        codec->Absorb(0, codec->Contribution(0), true);
        codec->End(output);
      },
      [&] {
        for (size_t i = 0; i < error.size(); ++i) error[i] += values[i];
        std::fill(output.begin(), output.end(), error[0]);
      });
}
BENCHMARK(PowerSgdAgainstStream)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->Iterations(3);

// One end of a PowerGossip edge must read its values once and write the difference once.
void PowerGossipAgainstStream(benchmark::State& state) {
  const FlatShape shape = OneMatrix();
  const std::vector<float> values = Values(shape.size());
  const std::vector<float> zeros(shape.size(), 0.0f);
  auto low =
      *compress::MakeEdgeCodec<float>(LowRank(state.range(0)), shape, 1, compress::EdgeEnd::kLow);
  auto high =
      *compress::MakeEdgeCodec<float>(LowRank(state.range(0)), shape, 1, compress::EdgeEnd::kHigh);
  std::vector<float> difference(shape.size());
  const std::string theirs = high->Encode(zeros);
  const std::vector<float> start = low->State();
  AgainstStream(
      state,
      [&] {
        (void)low->Restore(start);  // so that the message is of its step
        benchmark::DoNotOptimize(low->Encode(values));
        (void)low->Decode(theirs, difference);
      },
      [&] {
        ReadOnce(values);
        std::fill(difference.begin(), difference.end(), values[0]);
      });
}
BENCHMARK(PowerGossipAgainstStream)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->Iterations(3);

// The floor: copying what PowerSGD reads and writes.
void CopySixtyModules(benchmark::State& state) {
  const std::vector<float> values = Values(SixtyModules().size());
  std::vector<float> output(values.size());
  for (auto _ : state) {
    std::copy(values.begin(), values.end(), output.begin());
    benchmark::DoNotOptimize(output.data());
    benchmark::ClobberMemory();
  }
  Report(state, SixtyModules(), 0);
}
BENCHMARK(CopySixtyModules)->Unit(benchmark::kMicrosecond);

// One step on one edge, one end (peers.md: 12.5 and 17 ms a step at ranks 1 and 4 over gloo).
void PowerGossipSixtyModules(benchmark::State& state) {
  const FlatShape shape = SixtyModules();
  auto low =
      *compress::MakeEdgeCodec<float>(LowRank(state.range(0)), shape, 1, compress::EdgeEnd::kLow);
  auto high =
      *compress::MakeEdgeCodec<float>(LowRank(state.range(0)), shape, 1, compress::EdgeEnd::kHigh);
  const std::vector<float> a = Values(shape.size());
  std::vector<float> b = a, difference(shape.size());
  for (float& value : b) value = -value;
  for (auto _ : state) {
    state.PauseTiming();
    const std::string theirs = high->Encode(b);
    state.ResumeTiming();
    const std::string ours = low->Encode(a);
    (void)low->Decode(theirs, difference);
    benchmark::DoNotOptimize(difference.data());
    state.PauseTiming();
    (void)high->Decode(ours, difference);
    state.ResumeTiming();
  }
  Report(state, shape, state.range(0) == 1 ? 12.5e-3 : 17e-3);
}
BENCHMARK(PowerGossipSixtyModules)->Arg(1)->Arg(4)->Unit(benchmark::kMicrosecond);

// A relay link's message: encoded, and decoded at the other end.
void DifferenceLinkSixtyModules(benchmark::State& state) {
  const FlatShape shape = SixtyModules();
  auto sender = *compress::MakeLinkCodec<float>(LowRank(state.range(0)), shape, 1);
  auto receiver = *compress::MakeLinkCodec<float>(LowRank(state.range(0)), shape, 1);
  const std::vector<float> values = Values(shape.size());
  size_t bytes = 0;
  for (auto _ : state) {
    const std::string message = sender->Encode(values);
    (void)receiver->Decode(message);
    bytes += message.size();
  }
  Report(state, shape, 0);
  state.counters["x_smaller"] = static_cast<double>(shape.size() * sizeof(float)) *
                                static_cast<double>(state.iterations()) /
                                static_cast<double>(bytes);
}
BENCHMARK(DifferenceLinkSixtyModules)->Arg(1)->Arg(2)->Arg(4)->Unit(benchmark::kMicrosecond);

// A relay link's message of rounded differences; argument: bits. The values move a little every
// round, as in training.
void QuantizedLinkSixtyModules(benchmark::State& state) {
  const FlatShape shape = SixtyModules();
  const compress::CompressorOptions options{.kind = &compress::kQuantized,
                                            .bits = static_cast<int>(state.range(0))};
  auto sender = *compress::MakeLinkCodec<float>(options, shape, 1);
  auto receiver = *compress::MakeLinkCodec<float>(options, shape, 1);
  const std::vector<float> values = Values(shape.size());
  std::vector<float> less = values;
  for (float& value : less) value *= 0.9f;
  size_t bytes = 0;
  bool turn = false;
  for (auto _ : state) {
    const std::string message = sender->Encode((turn = !turn) ? values : less);
    (void)receiver->Decode(message);
    bytes += message.size();
  }
  Report(state, shape, 0);
  state.counters["x_smaller"] = static_cast<double>(shape.size() * sizeof(float)) *
                                static_cast<double>(state.iterations()) /
                                static_cast<double>(bytes);
}
BENCHMARK(QuantizedLinkSixtyModules)->Arg(2)->Arg(3)->Arg(4)->Unit(benchmark::kMicrosecond);

// One round of all four sites of a chain, one after the other in one thread. Six messages of the
// whole vector are written and read in it, without compression.
void RoundOfFour(benchmark::State& state, schedule::ExchangeOptions options) {
  options.graph = *topology::Chain(4);
  options.weights.assign(4, std::vector<double>(options.shape.blocks.size(), 1.0));
  std::vector<std::unique_ptr<schedule::Exchange<float>>> sites;
  for (options.self = 0; options.self < 4; ++options.self) {
    sites.push_back(*schedule::MakeExchange<float>(options));
  }
  std::vector<std::vector<float>> values(4, Values(options.shape.size()));
  for (auto _ : state) {
    std::deque<std::pair<int, schedule::Outgoing>> sent;
    const auto send = [&](int from, std::vector<schedule::Outgoing> messages) {
      for (schedule::Outgoing& message : messages) sent.emplace_back(from, std::move(message));
    };
    for (int i = 0; i < 4; ++i) {
      send(i, sites[static_cast<size_t>(i)]->Begin(values[static_cast<size_t>(i)]));
    }
    for (; !sent.empty(); sent.pop_front()) {
      const auto& [from, message] = sent.front();
      send(message.to, *sites[static_cast<size_t>(message.to)]->Receive(from, message.body));
    }
    for (size_t i = 0; i < 4; ++i) sites[i]->End(values[i]);
  }
  Report(state, options.shape, 0);
}

// Arguments: modules (5 have 10 thousand numbers, 482 a million); rank, 0 for no compression.
void RelaySumRoundOfFour(benchmark::State& state) {
  schedule::ExchangeOptions options;
  options.shape = Modules(state.range(0));
  if (state.range(1) > 0) options.compressor = LowRank(state.range(1));
  RoundOfFour(state, std::move(options));
}
BENCHMARK(RelaySumRoundOfFour)
    ->Args({5, 0})
    ->Args({60, 0})
    ->Args({482, 0})
    ->Args({60, 1})
    ->Args({60, 2})
    ->Unit(benchmark::kMicrosecond);

void AllReduceRoundOfFour(benchmark::State& state) {
  schedule::ExchangeOptions options;
  options.schedule = schedule::ScheduleKind::kAllReduce;
  options.root = 1;
  options.shape = Modules(state.range(0));
  RoundOfFour(state, std::move(options));
}
BENCHMARK(AllReduceRoundOfFour)->Arg(5)->Arg(60)->Arg(482)->Unit(benchmark::kMicrosecond);

// The floor of those rounds: six messages, each copied from a vector to a new string and from there
// to another vector.
void CopySixMessages(benchmark::State& state) {
  const std::vector<float> values = Values(Modules(state.range(0)).size());
  std::vector<std::vector<float>> received(6, values);
  const size_t bytes = values.size() * sizeof(float);
  for (auto _ : state) {
    std::vector<std::string> sent;
    for (size_t k = 0; k < 6; ++k) {
      sent.emplace_back(reinterpret_cast<const char*>(values.data()), bytes);
    }
    for (size_t k = 0; k < 6; ++k) std::memcpy(received[k].data(), sent[k].data(), bytes);
    benchmark::ClobberMemory();
  }
  Report(state, Modules(state.range(0)), 0);
}
BENCHMARK(CopySixMessages)->Arg(5)->Arg(60)->Arg(482)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace consilium::bench

BENCHMARK_MAIN();
