#include "lab/experiments/modn_study.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.h"
#include "modules/metrics/scores.h"
#include "modules/modn/evaluation.h"
#include "modules/modn/logistic_regression.h"
#include "modules/modn/objective.h"
#include "modules/modn/parallel_fusion.h"
#include "modules/modn/training.h"
#include "modules/optim/optimiser.h"
#include "modules/optim/rate.h"
#include "server/data/examples.h"
#include "server/data/normalisation.h"
#include "server/data/splits.h"

namespace consilium::experiments {
namespace {

constexpr double kHeldOut = 0.2;
constexpr int kState = 30, kHidden = 32, kFeatureDecoderHidden = 10;  // as in the paper

using Numbers = std::vector<double>;

// Of the first outcome.
struct Reading {
  std::vector<float> probabilities;  // [patients, classes]
  int classes = 2;
};

metrics::Predictions PredictionsOf(const modn::Examples& examples, const Reading& reading) {
  return {reading.classes, reading.probabilities, examples.labels[0]};
}

std::vector<Reading> ReadSteps(const modn::Architecture& architecture,
                               const std::vector<float>& parameters, const modn::Examples& examples,
                               const std::vector<int>& order) {
  const std::vector<int> patients = modn::AllOf(examples.patients);
  auto steps = modn::ReadEveryStep<float>(architecture, parameters, examples,
                                          {.patients = patients, .order = order});
  std::vector<Reading> readings;
  for (modn::StepReading<float>& step : steps) {
    readings.push_back({std::move(step.probabilities[0]), architecture.outcomes[0].classes});
  }
  return readings;
}

Reading ReadLast(const modn::Architecture& architecture, const std::vector<float>& parameters,
                 const modn::Examples& examples, const std::vector<int>& order) {
  const std::vector<int> patients = modn::AllOf(examples.patients);
  auto step = modn::ReadAtEnd<float>(architecture, parameters, examples,
                                     {.patients = patients, .order = order});
  return {std::move(step.probabilities[0]), architecture.outcomes[0].classes};
}

// Mean over patients (those with `feature`, if it is not -1) of the largest change of a class.
double MeanChange(const modn::Examples& examples, const Reading& a, const Reading& b,
                  int feature = -1) {
  double sum = 0;
  int counted = 0;
  const auto classes = static_cast<size_t>(a.classes);
  for (size_t i = 0; i < static_cast<size_t>(examples.patients); ++i) {
    if (feature >= 0 && std::isnan(examples.values[static_cast<size_t>(feature)][i])) continue;
    double largest = 0;
    for (size_t c = i * classes; c < (i + 1) * classes; ++c) {
      largest =
          std::max(largest, static_cast<double>(std::abs(a.probabilities[c] - b.probabilities[c])));
    }
    sum += largest;
    ++counted;
  }
  return counted > 0 ? sum / counted : 0;
}

double EntropyOfLabels(const modn::Examples& examples, int classes) {
  Numbers counts(static_cast<size_t>(classes), 0);
  double known = 0, entropy = 0;
  for (const int32_t label : examples.labels[0]) {
    if (label < 0) continue;
    ++counts[static_cast<size_t>(label)];
    ++known;
  }
  for (const double count : counts) {
    if (count > 0) entropy -= count / known * std::log(count / known);
  }
  return entropy;
}

std::vector<std::vector<int>> RandomOrders(int features, int count, uint64_t seed) {
  Random random = Random::Named(seed, "orders of questions");
  std::vector<std::vector<int>> orders;
  for (int i = 0; i < count; ++i) orders.push_back(random.Permutation(features));
  return orders;
}

Status Require(const std::optional<double>& score, const std::string& name,
               ModnMeasurements& measured) {
  if (!score) return FailedPrecondition("{} is not defined on the held-out patients", name);
  measured.values[name] = *score;
  return OkStatus();
}

// "f1_NAME" and "auroc_NAME".
Status Score(const std::string& name, const modn::Examples& examples, const Reading& reading,
             ModnMeasurements& measured) {
  const metrics::Predictions predictions = PredictionsOf(examples, reading);
  RETURN_IF_ERROR(Require(metrics::MacroF1(predictions), "f1_" + name, measured));
  return Require(metrics::Auroc(predictions), "auroc_" + name, measured);
}

// Curve "nll": after each number of questions, over random orders. "prior": entropy of the classes;
// "rise": the largest from one question to the next.
Status MeasureFeedback(const modn::Architecture& architecture, const std::vector<float>& parameters,
                       const modn::Examples& examples, const std::vector<std::vector<int>>& orders,
                       ModnMeasurements& measured) {
  Numbers nll(orders[0].size() + 1, 0);
  for (const std::vector<int>& order : orders) {
    const std::vector<Reading> readings = ReadSteps(architecture, parameters, examples, order);
    for (size_t k = 0; k < readings.size(); ++k) {
      const auto score = metrics::NegativeLogLikelihood(PredictionsOf(examples, readings[k]));
      if (!score) return FailedPrecondition("the NLL after {} questions is not defined", k);
      nll[k] += *score / static_cast<double>(orders.size());
    }
  }
  double rise = -std::numeric_limits<double>::infinity();
  for (size_t k = 0; k + 1 < nll.size(); ++k) rise = std::max(rise, nll[k + 1] - nll[k]);
  measured.values["rise"] = rise;
  measured.values["prior"] = EntropyOfLabels(examples, architecture.outcomes[0].classes);
  measured.values["nll_begin"] = nll.front();
  measured.values["nll_end"] = nll.back();
  measured.curves["nll"] = std::move(nll);
  return OkStatus();
}

// "order_NAME": mean change of the last prediction between two orders; "twice_NAME": when a
// question is asked again at the end, over all questions.
void MeasureInvariance(const std::string& name, const modn::Architecture& architecture,
                       const std::vector<float>& parameters, const modn::Examples& examples,
                       const std::vector<std::vector<int>>& orders, ModnMeasurements& measured) {
  std::vector<Reading> ends;
  for (const std::vector<int>& order : orders) {
    ends.push_back(ReadLast(architecture, parameters, examples, order));
  }
  double change = 0, pairs = 0;
  for (size_t i = 0; i < ends.size(); ++i) {
    for (size_t j = 0; j < i; ++j, ++pairs) change += MeanChange(examples, ends[i], ends[j]);
  }
  measured.values["order_" + name] = change / std::max(pairs, 1.0);
  double twice = 0, asked = 0;
  for (const int feature : orders[0]) {
    if (modn::Observed(examples, feature) == 0) continue;
    std::vector<int> order = orders[0];
    order.push_back(feature);
    const Reading again = ReadLast(architecture, parameters, examples, order);
    twice += MeanChange(examples, ends[0], again, feature);
    ++asked;
  }
  measured.values["twice_" + name] = twice / std::max(asked, 1.0);
}

Status MeasureBaselines(const modn::Architecture& architecture, const PooledHalves& halves,
                        const ModnStudyOptions& options, uint64_t seed,
                        ModnMeasurements& measured) {
  const int classes = architecture.outcomes[0].classes;
  const std::vector<int> train = modn::AllOf(halves.train.patients),
                         test = modn::AllOf(halves.test.patients);
  ASSIGN_OR_RETURN(const modn::LogisticRegression regression,
                   modn::LogisticRegression::Fit(architecture, halves.train, train, 0));
  RETURN_IF_ERROR(
      Score("lr", halves.test, {regression.Predict(halves.test, test), classes}, measured));
  modn::ParallelFusionOptions fusion;
  fusion.passes = options.passes;
  fusion.batch = options.batch;
  fusion.seed = seed;
  ASSIGN_OR_RETURN(const modn::ParallelFusion mlp,
                   modn::ParallelFusion::Fit(architecture, halves.train, train, fusion));
  return Score("mlp", halves.test, {mlp.Predict(halves.test, test)[0], classes}, measured);
}

}  // namespace

StatusOr<PooledHalves> SplitPooled(const RealData& data, uint64_t seed) {
  PooledHalves halves;
  halves.schema = data.schema;
  const data::Cohort all = data::Concatenate(data.cohorts);
  const data::Split split = data::Holdout(all, 0, kHeldOut, seed);
  halves.train_cohort = data::Select(all, split.train);
  halves.statistics = data::StatisticsOf(data.schema, halves.train_cohort);
  ASSIGN_OR_RETURN(const data::Normalisation normalisation,
                   data::NormalisationFrom(data.schema, halves.statistics));
  halves.train = data::ExamplesOf(data.schema, normalisation, halves.train_cohort);
  halves.test = data::ExamplesOf(data.schema, normalisation, data::Select(all, split.test));
  return halves;
}

std::vector<float> TrainModn(const modn::Architecture& architecture, const modn::Examples& examples,
                             const ModnStudyOptions& options,
                             const modn::FeatureLossOptions& features, uint64_t seed,
                             const std::vector<uint8_t>& trainable, std::vector<float> parameters) {
  modn::Objective<float> objective(architecture, modn::LossOptions{.features = features});
  const auto optimiser = optim::NewAdam({}, objective.layout().size());
  if (parameters.empty()) {
    parameters.resize(objective.layout().size());
    modn::Initialise<float>(architecture, objective.layout(), seed, parameters);
  }
  modn::PassOptions passes;
  passes.batch = options.batch;
  passes.repeat_question = features.idempotence > 0;
  modn::TrainingPass pass(architecture, examples, objective, *optimiser, passes);
  const std::vector<int> patients = modn::AllOf(examples.patients);
  for (int p = 0; p < options.passes; ++p) {
    const double rate = optim::RateAt({.shape = optim::RateShape::kCosine,
                                       .peak = options.learning_rate,
                                       .total = options.passes},
                                      p);
    pass.Run(patients, seed, static_cast<uint64_t>(p), rate, trainable, parameters);
  }
  return parameters;
}

StatusOr<ModnMeasurements> MeasureModn(const RealData& data, const ModnStudyOptions& options,
                                       uint64_t seed) {
  ASSIGN_OR_RETURN(const PooledHalves halves, SplitPooled(data, seed));
  const modn::Architecture plain = data::ArchitectureOf(data.schema, kState, kHidden);
  const modn::Architecture decoding =
      data::ArchitectureOf(data.schema, kState, kHidden, kFeatureDecoderHidden);
  const auto orders = RandomOrders(static_cast<int>(plain.features.size()), options.orders, seed);
  ModnMeasurements measured;
  const std::vector<float> as_is = TrainModn(plain, halves.train, options, {}, seed);
  RETURN_IF_ERROR(
      Score("modn", halves.test, ReadLast(plain, as_is, halves.test, orders[0]), measured));
  RETURN_IF_ERROR(MeasureFeedback(plain, as_is, halves.test, orders, measured));
  MeasureInvariance("modn", plain, as_is, halves.test, orders, measured);
  const std::vector<float> full = TrainModn(
      decoding, halves.train, options, {.decoding = 1, .idempotence = options.idempotence}, seed);
  RETURN_IF_ERROR(
      Score("decoding", halves.test, ReadLast(decoding, full, halves.test, orders[0]), measured));
  MeasureInvariance("decoding", decoding, full, halves.test, orders, measured);
  RETURN_IF_ERROR(MeasureBaselines(plain, halves, options, seed, measured));
  RETURN_IF_ERROR(MeasureQuestions(halves, decoding, full, options, seed, measured));
  return measured;
}

namespace {

// Of the numbers of modules that were to stay, and of those that were trained: how many differ.
ModnMeasurements CompareModules(const nn::Layout& layout, std::span<const float> before,
                                std::span<const float> after,
                                std::span<const uint8_t> new_modules) {
  double changed = 0, moved = 0, trained = 0;
  for (size_t m = 0; m < layout.modules().size(); ++m) {
    const Block block = layout.module_block(static_cast<int>(m));
    for (size_t i = block.offset; i < block.offset + block.size; ++i) {
      const double differs = before[i] != after[i] ? 1 : 0;
      (new_modules[m] != 0 ? moved : changed) += differs;
      trained += new_modules[m] != 0 ? 1 : 0;
    }
  }
  ModnMeasurements measured;
  measured.values = {{"changed", changed}, {"moved", moved / trained}};
  return measured;
}

double LargestDifference(std::span<const float> a, std::span<const float> b) {
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, static_cast<double>(std::abs(a[i] - b[i])));
  }
  return largest;
}

}  // namespace

StatusOr<ModnMeasurements> MeasureUpdate(const RealData& data,
                                         const std::vector<std::string>& added,
                                         const ModnStudyOptions& options, uint64_t seed) {
  const modn::Architecture architecture = data::ArchitectureOf(data.schema, kState, kHidden);
  const nn::Layout layout = modn::MakeLayout(architecture);
  const data::Cohort all = data::Concatenate(data.cohorts);
  ASSIGN_OR_RETURN(const data::Normalisation normalisation,
                   data::NormalisationFrom(data.schema, data::StatisticsOf(data.schema, all)));
  const std::vector<data::Cohort> others(data.cohorts.begin() + 1, data.cohorts.end());
  modn::Examples shared = data::ExamplesOf(data.schema, normalisation, data::Concatenate(others));
  std::vector<uint8_t> old_modules(layout.modules().size(), 1), new_modules(old_modules.size(), 0);
  for (const std::string& key : added) {
    const int feature = data.schema.FindFeature(key);
    if (feature < 0) return NotFound("no feature '{}' in {}", key, data.name);
    std::ranges::fill(shared.values[static_cast<size_t>(feature)],
                      std::numeric_limits<float>::quiet_NaN());
    old_modules[static_cast<size_t>(modn::EncoderModule(feature))] = 0;
    new_modules[static_cast<size_t>(modn::EncoderModule(feature))] = 1;
  }
  const auto before = TrainModn(architecture, shared, options, {}, seed, old_modules);
  const modn::Examples local = data::ExamplesOf(data.schema, normalisation, data.cohorts.front());
  const auto after = TrainModn(architecture, local, options, {}, seed, new_modules, before);
  const std::vector<int> order = modn::AllOf(static_cast<int>(architecture.features.size()));
  const Reading a = ReadLast(architecture, before, shared, order);
  const Reading b = ReadLast(architecture, after, shared, order);
  ModnMeasurements measured = CompareModules(layout, before, after, new_modules);
  measured.values["prediction"] = LargestDifference(a.probabilities, b.probabilities);
  return measured;
}

}  // namespace consilium::experiments
