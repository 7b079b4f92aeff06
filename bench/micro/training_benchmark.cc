#include <benchmark/benchmark.h>

#include <cmath>
#include <limits>

#include "base/random.h"
#include "modules/modn/predictor.h"
#include "modules/modn/training.h"

// How fast MoDN learns and answers, beside PyTorch's figures of the same job on one core (encodes
// with decode of the batch, backward and Adam; state 30, hidden 32).
namespace consilium {
namespace {

constexpr int kFeatures = 13;
constexpr int kPatients = 736;

Architecture MakeArchitecture(int outcomes) {
  Architecture architecture;
  for (int f = 0; f < kFeatures; ++f) {
    architecture.features.push_back({"f" + std::to_string(f), f % 4 == 3 ? 3 : 1});
  }
  for (int o = 0; o < outcomes; ++o) {
    architecture.outcomes.push_back({"o" + std::to_string(o), 2});
  }
  return architecture;
}

// A fifth of the answers missing.
Examples MakeExamples(const Architecture& architecture) {
  Random random(1);
  Examples examples = NoAnswers<float>(architecture, kPatients);
  for (size_t f = 0; f < examples.values.size(); ++f) {
    const int width = architecture.features[f].width;
    for (float& value : examples.values[f]) {
      if (random.Uniform() < 0.2) continue;
      value = width == 1 ? static_cast<float>(random.Normal())
                         : static_cast<float>(random.Below(static_cast<uint64_t>(width)));
    }
  }
  for (auto& labels : examples.labels) {
    for (int32_t& label : labels) label = static_cast<int32_t>(random.Below(2));
  }
  return examples;
}

int64_t Answers(const Examples& examples) {
  int64_t answers = 0;
  for (int f = 0; f < kFeatures; ++f) answers += Observed(examples, f);
  return answers;
}

// Encodes a second of PyTorch 1.13 at batches of 32, 128 and all.
double PeerEncodes(int64_t batch) { return batch <= 32 ? 52e3 : batch <= 128 ? 195e3 : 0.9e6; }

void Train(benchmark::State& state) {
  const Architecture architecture = MakeArchitecture(static_cast<int>(state.range(1)));
  const Examples examples = MakeExamples(architecture);
  const Layout layout = MakeLayout(architecture);
  std::vector<float> parameters(layout.size());
  Initialise<float>(architecture, layout, 1, parameters);
  Objective<float> objective(architecture, {});
  const auto adam = NewAdam({}, layout.size());
  TrainingPass pass(architecture, examples, objective, *adam,
                    {.batch = static_cast<int>(state.range(0))});
  const std::vector<int> patients = AllOf(kPatients);
  uint64_t number = 0;
  for (auto _ : state) pass.Run(patients, 1, number++, 1e-3, {}, parameters);
  const double encodes =
      static_cast<double>(Answers(examples)) * static_cast<double>(state.iterations());
  state.counters["encodes"] = benchmark::Counter(encodes, benchmark::Counter::kIsRate);
  state.counters["of_pytorch"] =
      benchmark::Counter(encodes / PeerEncodes(state.range(0)), benchmark::Counter::kIsRate);
}
BENCHMARK(Train)
    ->ArgNames({"batch", "outcomes"})
    ->ArgsProduct({{32, 128, kPatients}, {1, 8}})
    ->Unit(benchmark::kMicrosecond);

// One answer to all probabilities, as in a consultation. PyTorch eager: 27 us with one outcome, 91
// with eight; the counter is how many times shorter.
void PredictorStep(benchmark::State& state) {
  const Architecture architecture = MakeArchitecture(static_cast<int>(state.range(0)));
  const Layout layout = MakeLayout(architecture);
  std::vector<float> parameters(layout.size());
  Initialise<float>(architecture, layout, 1, parameters);
  const Predictor predictor = *Predictor::Create(architecture, parameters);
  PatientState patient = predictor.Begin();
  const PatientState begin = patient;
  int feature = 0;
  for (auto _ : state) {
    if (feature == 0) patient = begin;
    predictor.Observe(feature, 1, patient);
    benchmark::DoNotOptimize(patient.probabilities().data());
    feature = (feature + 1) % kFeatures;
  }
  const double peer_seconds = state.range(0) == 1 ? 27e-6 : 91e-6;
  state.counters["of_pytorch"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * peer_seconds, benchmark::Counter::kIsRate);
}
BENCHMARK(PredictorStep)->ArgName("outcomes")->Arg(1)->Arg(8);

// The floor: the raw product of the training above, [64, 31] x [31, 32].
void RawProduct(benchmark::State& state) {
  const Kernels<float>& kernels = *AvailableKernels()[static_cast<size_t>(state.range(0))];
  AlignedVector<float> a(64 * 32, 0.5f), b(32 * 32, 0.5f), c(64 * 32);
  for (auto _ : state) {
    kernels.multiply_add({64, 32, 31, a.data(), 32, 1, b.data(), 32, c.data(), 32});
    benchmark::DoNotOptimize(c.data());
    benchmark::ClobberMemory();
  }
  state.SetLabel(kernels.name);
  state.counters["flop"] = benchmark::Counter(
      2.0 * 64 * 32 * 31 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(RawProduct)->DenseRange(0, static_cast<int>(AvailableKernels().size()) - 1);

}  // namespace
}  // namespace consilium

BENCHMARK_MAIN();
