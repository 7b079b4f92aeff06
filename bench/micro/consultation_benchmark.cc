// One consultation in process: a step with the predictions of all outcomes, and ranking the next
// questions. ../shared/peers.md has the same step in PyTorch: p50 91 us eager with 8 outcomes.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "base/random.h"
#include "server/consultation/recommend.h"
#include "server/consultation/session.h"
#include "server/data/examples.h"

namespace consilium::bench {
namespace {

// Continuous features and outcomes of two classes, with random parameters.
std::shared_ptr<const consultation::Release> ReleaseOf(int features, int outcomes,
                                                       int feature_decoder_hidden = 0) {
  training::Model model;
  model.feature_decoder_hidden = feature_decoder_hidden;
  model.run = "benchmark";
  for (int f = 0; f < features; ++f) {
    data::Feature feature;
    feature.key = "feature" + std::to_string(f);
    feature.range = {0, 100};
    model.schema.features.push_back(feature);
    model.answer_shares.emplace_back(10, 0.1F);
  }
  for (int o = 0; o < outcomes; ++o) {
    data::Outcome outcome;
    outcome.key = "outcome" + std::to_string(o);
    outcome.classes = {{"no", "no", {}}, {"yes", "yes", {}}};
    model.schema.outcomes.push_back(outcome);
  }
  const modn::Architecture architecture =
      data::ArchitectureOf(model.schema, model.state, model.hidden, feature_decoder_hidden);
  model.parameters.resize(modn::MakeLayout(architecture).size());
  Random random = Random::Named(1, "parameters");
  for (float& parameter : model.parameters) parameter = 0.1F * static_cast<float>(random.Normal());
  StatusOr<std::shared_ptr<const consultation::Release>> release =
      consultation::Release::Create(model, "0123456789");
  if (!release.ok()) std::abort();
  return *release;
}

// Arguments: outcomes, suggestions. Counts steps.
void BM_Step(benchmark::State& state) {
  constexpr int kFeatures = 13;
  const auto release = ReleaseOf(kFeatures, static_cast<int>(state.range(0)));
  std::vector<consultation::ConsultationAction> answers;
  for (const data::Feature& feature : release->schema().features) {
    answers.push_back(consultation::Observe{{feature.key, 42.0, ""}});
  }
  const consultation::Session fresh(release, static_cast<int>(state.range(1)));
  consultation::Session session = fresh;
  consultation::Step step;
  for (auto _ : state) {
    session = fresh;
    for (const consultation::ConsultationAction& answer : answers) session.Take(answer, step);
    benchmark::DoNotOptimize(step.probabilities.data());
  }
  state.counters["s_per_step"] = benchmark::Counter(
      kFeatures, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["bytes"] = static_cast<double>(session.MemoryUse());
}
BENCHMARK(BM_Step)->Args({1, 0})->Args({8, 0})->Args({8, 3});

// Arguments: questions; hidden units of the feature decoders, which then give five possible answers
// to each question, or 0: ten answers each, as often as this site's patients gave them.
void BM_RankQuestions(benchmark::State& state) {
  const auto release =
      ReleaseOf(static_cast<int>(state.range(0)), 8, static_cast<int>(state.range(1)));
  std::vector<int> candidates(static_cast<size_t>(state.range(0)));
  std::iota(candidates.begin(), candidates.end(), 0);
  const modn::PatientState patient = release->predictor().Begin();
  for (auto _ : state) {
    benchmark::DoNotOptimize(consultation::RankQuestions(*release, patient, candidates, 3));
  }
}
BENCHMARK(BM_RankQuestions)->ArgsProduct({{13, 40}, {0, 10}});

}  // namespace
}  // namespace consilium::bench

BENCHMARK_MAIN();
