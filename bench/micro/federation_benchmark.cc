#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/tasks.h"
#include "bench/identity_learner.h"
#include "benchmark/benchmark.h"
#include "fmt/format.h"
#include "lab/simulation/virtual_federation.h"
#include "modules/schedule/make_exchange.h"
#include "modules/topology/generators.h"
#include "server/data/schema.h"
#include "server/ops/tune.h"

// Many hospitals' exchanges in one process. Asked: RelaySum with 256 sites and 100
// thousand parameters at 20 rounds a second or more on two cores.
namespace consilium::bench {
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

// Sites whose exchanges are joined in memory, each driven by any thread of `workers`.
class Sites {
 public:
  Sites(schedule::ExchangeOptions options, int threads) : workers_(threads) {
    Random random(1);
    for (options.self = 0; options.self < options.graph.size(); ++options.self) {
      exchanges_.push_back(*schedule::MakeExchange<float>(options));
      std::vector<float>& own = values_.emplace_back(options.shape.size());
      for (float& value : own) value = static_cast<float>(0.01 * random.Normal());
    }
    sent_.resize(exchanges_.size());
    inbox_.resize(exchanges_.size());
  }

  Status Begin() {
    return Each([this](size_t site) {
      sent_[site] = exchanges_[site]->Begin(values_[site]);
      return OkStatus();
    });
  }

  // Who has heard from all neighbours ends its round and begins the next.
  Status Round() {
    return Each([this](size_t site) -> Status {
      for (auto& [from, body] : inbox_[site]) {
        RETURN_IF_ERROR(exchanges_[site]->Receive(from, schedule::Incoming::Whole(body)).status());
        std::string().swap(body);
      }
      exchanges_[site]->End(values_[site]);
      sent_[site] = exchanges_[site]->Begin(values_[site]);
      return OkStatus();
    });
  }

 private:
  template <typename Task>
  Status Each(Task task) {
    const int sites = static_cast<int>(exchanges_.size());
    RETURN_IF_ERROR(RunTasks(workers_, sites, [&](int i) { return task(static_cast<size_t>(i)); }));
    for (auto& box : inbox_) box.clear();
    for (int from = 0; from < sites; ++from) {
      for (schedule::Outgoing& message : sent_[static_cast<size_t>(from)]) {
        inbox_[static_cast<size_t>(message.to)].emplace_back(from, std::move(message.body));
      }
    }
    return OkStatus();
  }

  Workers workers_;
  std::vector<std::unique_ptr<schedule::Exchange<float>>> exchanges_;
  std::vector<std::vector<float>> values_;
  std::vector<std::vector<schedule::Outgoing>> sent_;
  std::vector<std::vector<std::pair<int, std::string>>> inbox_;
};

// Arguments: sites; compressor, by its place in AllCompressors; threads.
void RelaySumRounds(benchmark::State& state) {
  const int sites = static_cast<int>(state.range(0));
  schedule::ExchangeOptions options;
  options.graph = *topology::BinaryTree(sites);
  options.shape = Modules(48);
  options.weights.assign(static_cast<size_t>(sites), std::vector<double>(48, 1.0));
  const compress::CompressorRow* compressor =
      compress::AllCompressors()[static_cast<size_t>(state.range(1))];
  options.compressor.kind = compressor;
  Sites network(options, static_cast<int>(state.range(2)));
  Status done = network.Begin();
  for (auto _ : state) {
    if (done.ok()) done = network.Round();
  }
  if (!done.ok()) state.SkipWithError(std::string(Message(done)).c_str());
  state.SetLabel(std::string(compressor->name));
  state.counters["rounds/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(RelaySumRounds)
    ->Args({256, 0, 1})
    ->Args({256, 0, 2})
    ->Args({256, 1, 2})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

StatusOr<data::Schema> SchemaOf(int features) {
  std::string text = "schema = \"bench\"\nversion = 1\n";
  for (int f = 0; f < features; ++f) {
    text += fmt::format(
        "[[features]]\nkey = \"f{0}\"\nlabel = \"f{0}\"\nquestion = \"f{0}?\"\n"
        "kind = \"continuous\"\nunit = \"1\"\nrange = {{ min = 0, max = 1 }}\n",
        f);
  }
  return data::ParseSchema(
      text +
          "[[outcomes]]\nkey = \"y\"\nlabel = \"y\"\nquestion = \"y?\"\nclasses = [\n"
          "  { value = \"no\", label = \"no\" }, { value = \"yes\", label = \"yes\" } ]\n",
      "bench");
}

// `schedule`: TOML of the tables [schedule] and [compression].
StatusOr<double> SecondsOf(const data::Schema& schema, int sites, const std::string& schedule,
                           int rounds, int threads) {
  std::vector<simulation::VirtualSite> all;
  std::string names;
  for (int i = 0; i < sites; ++i) {
    all.push_back({fmt::format("site-{}", i), NewIdentityLearner(schema, 30, 32)});
    names += fmt::format("\"{}\", ", all.back().name);
  }
  const std::string plan =
      fmt::format("[run]\nsites = [{}]\nrounds = {}\n{}", names, rounds, schedule);
  const auto begin = std::chrono::steady_clock::now();
  RETURN_IF_ERROR(simulation::RunVirtualFederation(plan, all, threads).status());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// A whole simulated federation whose sites do not train: protocol, accounts and checkpoints too.
// What a run takes before and after its rounds is left out. Arguments as above.
void SimulatedRounds(benchmark::State& state) {
  constexpr int kFew = 3, kMany = 23;
  const auto schema = SchemaOf(49);  // 98,838 parameters
  const std::string kind(compress::AllCompressors()[static_cast<size_t>(state.range(1))]->name);
  const std::string schedule = fmt::format(
      "[schedule]\nkind = \"relay_sum\"\ntopology = \"binary_tree\"\n"
      "[compression]\nkind = \"{}\"\n",
      kind);
  for (auto _ : state) {
    double seconds[2] = {};
    for (const int many : {0, 1}) {
      auto took = schema.ok()
                      ? SecondsOf(*schema, static_cast<int>(state.range(0)), schedule,
                                  many == 0 ? kFew : kMany, static_cast<int>(state.range(2)))
                      : schema.status();
      if (!took.ok()) return state.SkipWithError(std::string(Message(took.status())).c_str());
      seconds[many] = *took;
    }
    state.SetIterationTime((seconds[1] - seconds[0]) / (kMany - kFew));
  }
  state.SetLabel(kind);
  state.counters["rounds/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(SimulatedRounds)
    ->Args({256, 0, 1})
    ->Args({256, 0, 2})
    ->Args({256, 1, 2})
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

constexpr const char* kManySitesSchedules[] = {
    "kind = \"relay_sum\"\ntopology = \"binary_tree\"\n",
    "kind = \"all_reduce\"\ntopology = \"binary_tree\"\n",
    "kind = \"gossip\"\ntopology = \"ring\"\n",
};

// What a federation of many sites with few parameters takes besides its rounds, and a round. Asked:
// less than 3 s with 1,000 sites, and rounds linear in sites. Arguments: sites; schedule above.
void ManySites(benchmark::State& state) {
  constexpr int kFew = 1, kMany = 6;
  const auto schema = SchemaOf(4);
  const std::string schedule =
      fmt::format("[schedule]\n{}[compression]\nkind = \"identity\"\n",
                  kManySitesSchedules[static_cast<size_t>(state.range(1))]);
  const int sites = static_cast<int>(state.range(0));
  double few = 0, many = 0;
  for (auto _ : state) {
    const auto short_run = SecondsOf(*schema, sites, schedule, kFew, 1);
    const auto long_run = SecondsOf(*schema, sites, schedule, kMany, 1);
    for (const auto& took : {short_run, long_run}) {
      if (!took.ok()) return state.SkipWithError(std::string(Message(took.status())).c_str());
    }
    few = *short_run;
    many = *long_run;
    state.SetIterationTime(few);
  }
  const double round = (many - few) / (kMany - kFew);
  state.counters["set-up ms"] = 1e3 * (few - kFew * round);
  state.counters["round ms"] = 1e3 * round;
  state.counters["round us/site"] = 1e6 * round / sites;
}
// 10,000 sites too if the environment's MANY_SITES says so.
void SizesOfMany(benchmark::internal::Benchmark* many) {
  for (const int schedule : {0, 1, 2}) {
    for (const int sites : {100, 300, 1000}) many->Args({sites, schedule});
    if (std::getenv("MANY_SITES") != nullptr) many->Args({10000, schedule});
  }
}
BENCHMARK(ManySites)
    ->Apply(SizesOfMany)
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace consilium::bench

int main(int argc, char** argv) {
  consilium::ops::TuneProcess();  // as the daemons do
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
