#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>

#include "base/random.h"
#include "base/workers.h"
#include "modules/modn/predictor.h"
#include "modules/modn/training.h"

// How fast MoDN learns and answers, beside PyTorch's figures of the same job on one core (encodes
// with decode of the batch, backward and Adam; state 30, hidden 32).
namespace consilium::bench {
namespace {

constexpr int kFeatures = 13;
constexpr int kPatients = 736;

modn::Architecture MakeArchitecture(int outcomes) {
  modn::Architecture architecture;
  for (int f = 0; f < kFeatures; ++f) {
    architecture.features.push_back({"f" + std::to_string(f), f % 4 == 3 ? 3 : 1});
  }
  for (int o = 0; o < outcomes; ++o) {
    architecture.outcomes.push_back({"o" + std::to_string(o), 2});
  }
  return architecture;
}

// A fifth of the answers missing.
modn::Examples MakeExamples(const modn::Architecture& architecture) {
  Random random(1);
  modn::Examples examples = modn::NoAnswers<float>(architecture, kPatients);
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

int64_t Answers(const modn::Examples& examples) {
  int64_t answers = 0;
  for (int f = 0; f < kFeatures; ++f) answers += modn::Observed(examples, f);
  return answers;
}

// Encodes a second of PyTorch 1.13 at batches of 32, 128 and all.
double PeerEncodes(int64_t batch) { return batch <= 32 ? 52e3 : batch <= 128 ? 195e3 : 0.9e6; }

// The best rate of a product C += A B of this shape, in operations a CPU second.
double ProductRate(int m, int n, int k) {
  const auto length = [](int rows, int columns) { return static_cast<size_t>(rows * columns); };
  AlignedVector<float> a(length(m, k), 0.5f), b(length(k, n), 0.5f), c(length(m, n));
  const int repeats = 1 + 50'000'000 / (m * n * k);
  double best = 0;
  for (int trial = 0; trial < 10; ++trial) {
    const std::clock_t begin = std::clock();
    for (int i = 0; i < repeats; ++i) {
      nn::BestKernels<float>().multiply_add({m, n, k, a.data(), k, 1, b.data(), n, c.data(), n});
      benchmark::DoNotOptimize(c.data());
    }
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    best = std::max(best, 2.0 * m * n * k * repeats / seconds);
  }
  return best;
}

// What one core of this machine can do in matrix products, by the shape that suits it best.
double PeakRate() {
  static const double peak = std::max({ProductRate(240, 32, 64), ProductRate(240, 32, 256),
                                       ProductRate(240, 64, 256), ProductRate(240, 256, 256)});
  return peak;
}

// Operations of one encode, forth and back, that the mathematics asks for: three products of each
// layer's size, two operations a weight. The optimiser is not counted.
double OperationsOfEncode(const modn::Architecture& architecture) {
  const int logits = 2 * static_cast<int>(architecture.outcomes.size());
  const int weights = architecture.hidden * (architecture.state + 1) +
                      architecture.state * architecture.hidden + logits * (architecture.state + 1);
  return 6.0 * weights;
}

void Train(benchmark::State& state) {
  const modn::Architecture architecture = MakeArchitecture(static_cast<int>(state.range(1)));
  const modn::Examples examples = MakeExamples(architecture);
  const nn::Layout layout = modn::MakeLayout(architecture);
  std::vector<float> parameters(layout.size());
  modn::Initialise<float>(architecture, layout, 1, parameters);
  modn::Objective<float> objective(architecture, {});
  const auto adam = optim::NewAdam({}, layout.size());
  modn::TrainingPass pass(architecture, examples, objective, *adam,
                          {.batch = static_cast<int>(state.range(0))});
  const std::vector<int> patients = modn::AllOf(kPatients);
  uint64_t number = 0;
  for (auto _ : state) pass.Run(patients, 1, number++, 1e-3, {}, parameters);
  const double encodes =
      static_cast<double>(Answers(examples)) * static_cast<double>(state.iterations());
  state.counters["encodes"] = benchmark::Counter(encodes, benchmark::Counter::kIsRate);
  state.counters["of_pytorch"] =
      benchmark::Counter(encodes / PeerEncodes(state.range(0)), benchmark::Counter::kIsRate);
  state.counters["of_peak"] = benchmark::Counter(
      encodes * OperationsOfEncode(architecture) / PeakRate(), benchmark::Counter::kIsRate);
}
BENCHMARK(Train)
    ->ArgNames({"batch", "outcomes"})
    ->ArgsProduct({{32, 128, 256, kPatients}, {1, 8}})
    ->Unit(benchmark::kMicrosecond);

// The same passes on one and on two threads, by the wall clock: how much two cores help.
void TrainOnThreads(benchmark::State& state) {
  const modn::Architecture architecture = MakeArchitecture(1);
  const modn::Examples examples = MakeExamples(architecture);
  std::vector<float> parameters(modn::MakeLayout(architecture).size());
  modn::Initialise<float>(architecture, modn::MakeLayout(architecture), 1, parameters);
  modn::Objective<float> objective(architecture, {});
  const auto adam = optim::NewAdam({}, parameters.size());
  modn::TrainingPass pass(architecture, examples, objective, *adam,
                          {.batch = static_cast<int>(state.range(0))});
  const std::vector<int> patients = modn::AllOf(kPatients);
  Workers workers(static_cast<int>(state.range(1)));
  const nn::Parallel parallel{
      workers.threads(),
      [&workers](int count, const std::function<void(int)>& task) { workers.Run(count, task); }};
  uint64_t number = 0;
  for (auto _ : state) pass.Run(patients, 1, number++, 1e-3, {}, parameters, nullptr, parallel);
  state.counters["encodes"] = benchmark::Counter(
      static_cast<double>(Answers(examples)) * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate);
}
BENCHMARK(TrainOnThreads)
    ->ArgNames({"batch", "threads"})
    ->ArgsProduct({{32, 128, 256, kPatients}, {1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

// MultiModN: a vector of 32, a series of 20 vectors of 8 and an image of 16 x 16 of every patient,
// batches of 32; patients a CPU second by modality.
void TrainModality(benchmark::State& state) {
  modn::Architecture architecture = MakeArchitecture(1);
  const auto modality = static_cast<modn::Modality>(state.range(0));
  const int width = modality == modn::Modality::kVector   ? 32
                    : modality == modn::Modality::kSeries ? 8
                                                          : 16;
  architecture.features = {{"x", width, modality, modality == modn::Modality::kImage ? 16 : 0}};
  if (modality == modn::Modality::kSeries) {
    architecture.features[0].encoder.kind = static_cast<modn::EncoderKind>(state.range(1));
  }
  modn::Examples examples = modn::NoAnswers<float>(architecture, kPatients);
  Random random(1);
  const int vectors = modality == modn::Modality::kSeries ? 20 : 1;
  std::vector<float> payload(
      static_cast<size_t>(vectors * modn::PayloadUnit(architecture.features[0])));
  examples.payloads[0] = {};
  for (size_t i = 0; i < kPatients; ++i) {
    for (float& number : payload) number = static_cast<float>(random.Normal());
    examples.values[0][i] = static_cast<float>(vectors);
    examples.payloads[0].Append(payload);
    examples.labels[0][i] = static_cast<int32_t>(random.Below(2));
  }
  std::vector<float> parameters(modn::MakeLayout(architecture).size());
  modn::Initialise<float>(architecture, modn::MakeLayout(architecture), 1, parameters);
  modn::Objective<float> objective(architecture, {});
  const auto adam = optim::NewAdam({}, parameters.size());
  modn::TrainingPass pass(architecture, examples, objective, *adam, {});
  const std::vector<int> patients = modn::AllOf(kPatients);
  uint64_t number = 0;
  for (auto _ : state) pass.Run(patients, 1, number++, 1e-3, {}, parameters);
  state.SetLabel(std::string(modn::Name(modn::Resolved(architecture.features[0], 32).kind)));
  state.counters["patients"] =
      benchmark::Counter(static_cast<double>(kPatients) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
}
BENCHMARK(TrainModality)
    ->ArgNames({"modality", "kind"})
    ->ArgsProduct({{static_cast<int>(modn::Modality::kVector),
                    static_cast<int>(modn::Modality::kImage)},
                   {0}})
    ->ArgsProduct({{static_cast<int>(modn::Modality::kSeries)},
                   {static_cast<int>(modn::EncoderKind::kElman),
                    static_cast<int>(modn::EncoderKind::kGru),
                    static_cast<int>(modn::EncoderKind::kLstm)}})
    ->Unit(benchmark::kMicrosecond);

// One answer to all probabilities, as in a consultation. PyTorch eager: 27 us with one outcome, 91
// with eight; the counter is how many times shorter.
void PredictorStep(benchmark::State& state) {
  const modn::Architecture architecture = MakeArchitecture(static_cast<int>(state.range(0)));
  const nn::Layout layout = modn::MakeLayout(architecture);
  std::vector<float> parameters(layout.size());
  modn::Initialise<float>(architecture, layout, 1, parameters);
  const modn::Predictor predictor = *modn::Predictor::Create(architecture, parameters);
  modn::PatientState patient = predictor.Begin();
  const modn::PatientState begin = patient;
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
  const nn::Kernels<float>& kernels = *nn::AvailableKernels()[static_cast<size_t>(state.range(0))];
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
BENCHMARK(RawProduct)->DenseRange(0, static_cast<int>(nn::AvailableKernels().size()) - 1);

}  // namespace
}  // namespace consilium::bench

BENCHMARK_MAIN();
