#include "lab/experiments/missing_task.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "fmt/format.h"
#include "modules/metrics/scores.h"
#include "modules/modn/evaluation.h"
#include "modules/modn/parallel_fusion.h"
#include "modules/modn/training.h"

namespace consilium::experiments {
namespace {

modn::Architecture ArchitectureOf(const MissingTaskOptions& options) {
  modn::Architecture architecture;
  architecture.state = options.state;
  architecture.hidden = options.hidden;
  for (size_t m = 0; m < options.widths.size(); ++m) {
    modn::FeatureShape feature;
    feature.key = fmt::format("modality-{}", m + 1);
    feature.width = options.widths[m];
    feature.modality = modn::Modality::kVector;
    architecture.features.push_back(std::move(feature));
  }
  architecture.outcomes = {{"ill", 2}};
  return architecture;
}

// The biased modality is missing for the first `missing` share of class `lacking`.
modn::Examples MakeExamples(const MissingTaskOptions& options, int patients, double missing,
                            int lacking, Random random) {
  const modn::Architecture architecture = ArchitectureOf(options);
  modn::Examples examples = modn::NoAnswers<float>(architecture, patients);
  examples.payloads.assign(options.widths.size(), {});
  for (int32_t& label : examples.labels[0]) label = random.Uniform() < options.prevalence ? 1 : 0;
  const auto of_class = std::ranges::count(examples.labels[0], lacking);
  auto left = static_cast<int64_t>(std::llround(missing * static_cast<double>(of_class)));
  std::vector<float> numbers;
  for (size_t i = 0; i < static_cast<size_t>(patients); ++i) {
    const int32_t label = examples.labels[0][i];
    for (size_t m = 0; m < options.widths.size(); ++m) {
      const double shift = options.strengths[m] * label / std::sqrt(options.widths[m]);
      numbers.clear();
      for (int j = 0; j < options.widths[m]; ++j) {
        const double sign = j % 2 == 0 ? 1 : -1;
        numbers.push_back(static_cast<float>(sign * shift + random.Normal()));
      }
      const bool biased = static_cast<int>(m) == options.biased;
      if (biased && label == lacking && left > 0) {
        --left;
        numbers.clear();
      }
      if (!numbers.empty()) examples.values[m][i] = 1;
      examples.payloads[m].Append(numbers);
    }
  }
  return examples;
}

// Hides a modality from a whole batch where one of its patients lacks it.
std::vector<uint8_t> SkippedForAll(const modn::Examples& examples, std::span<const int> batch) {
  std::vector<uint8_t> hidden(examples.values.size() * batch.size());
  for (size_t m = 0; m < examples.values.size(); ++m) {
    const bool lacking = std::ranges::any_of(batch, [&](int patient) {
      return std::isnan(examples.values[m][static_cast<size_t>(patient)]);
    });
    if (lacking)
      std::fill_n(hidden.begin() + static_cast<ptrdiff_t>(m * batch.size()), batch.size(), 1);
  }
  return hidden;
}

// Batches of consecutive patients, in the order of the file.
template <typename Visit>
void ForBatches(const MissingTaskOptions& options, int patients, const Visit& visit) {
  const std::vector<int> all = modn::AllOf(patients);
  for (int first = 0; first < patients; first += options.batch) {
    const auto size = static_cast<size_t>(std::min(options.batch, patients - first));
    visit(std::span<const int>(all).subspan(static_cast<size_t>(first), size));
  }
}

std::vector<float> Initial(const modn::Architecture& architecture, uint64_t seed) {
  const nn::Layout layout = modn::MakeLayout(architecture);
  std::vector<float> parameters(layout.size());
  modn::Initialise<float>(architecture, layout, seed, parameters);
  return parameters;
}

std::vector<float> TrainSequential(const MissingTaskOptions& options, const modn::Examples& train,
                                   modn::Masking masking, uint64_t seed) {
  const modn::Architecture architecture = ArchitectureOf(options);
  std::vector<float> parameters = Initial(architecture, seed);
  modn::Objective<float> objective(architecture, {.state_change_penalty = 0});
  const auto adam = optim::NewAdam({}, parameters.size());
  modn::TrainingPass pass(architecture, train, objective, *adam,
                          {.batch = options.batch, .masking = masking});
  for (int i = 0; i < options.passes; ++i) {
    pass.Run(modn::AllOf(train.patients), seed, static_cast<uint64_t>(i), options.learning_rate, {},
             parameters);
  }
  return parameters;
}

std::vector<float> TrainByBatchSkip(const MissingTaskOptions& options, const modn::Examples& train,
                                    uint64_t seed) {
  const modn::Architecture architecture = ArchitectureOf(options);
  std::vector<float> parameters = Initial(architecture, seed), gradient(parameters.size());
  modn::Objective<float> objective(architecture, {.state_change_penalty = 0});
  const auto adam = optim::NewAdam({}, parameters.size());
  const Block all{0, parameters.size()};
  const std::vector<int> order = modn::AllOf(static_cast<int>(architecture.features.size()));
  for (int i = 0; i < options.passes; ++i) {
    ForBatches(options, train.patients, [&](std::span<const int> batch) {
      std::fill(gradient.begin(), gradient.end(), 0.0f);
      const std::vector<uint8_t> hidden = SkippedForAll(train, batch);
      objective.AddGradient(parameters, train, {batch, order, hidden}, gradient);
      adam->Step(gradient, options.learning_rate, {&all, 1}, parameters);
    });
  }
  return parameters;
}

double AurocOf(const MissingTaskOptions& options, std::span<const float> parameters,
               const modn::Examples& test, bool batch_skip) {
  const modn::Architecture architecture = ArchitectureOf(options);
  const std::vector<int> order = modn::AllOf(static_cast<int>(architecture.features.size()));
  std::vector<float> probabilities;
  ForBatches(options, test.patients, [&](std::span<const int> batch) {
    const std::vector<uint8_t> hidden =
        batch_skip ? SkippedForAll(test, batch) : std::vector<uint8_t>{};
    const auto reading =
        modn::ReadAtEnd<float>(architecture, parameters, test, {batch, order, hidden});
    probabilities.insert(probabilities.end(), reading.probabilities[0].begin(),
                         reading.probabilities[0].end());
  });
  return metrics::Auroc({2, probabilities, test.labels[0]}).value_or(NAN);
}

// The test patients, with the biased modality missing for nobody, positives, negatives.
std::array<modn::Examples, 3> TestsOf(const MissingTaskOptions& options, double missing,
                                      uint64_t seed) {
  const Random random = Random::Named(seed, "mnar test");
  return {MakeExamples(options, options.test, 0, 1, random),
          MakeExamples(options, options.test, missing, 1, random),
          MakeExamples(options, options.test, missing, 0, random)};
}

modn::Examples TrainOf(const MissingTaskOptions& options, double missing, uint64_t seed) {
  return MakeExamples(options, options.train, missing, 1, Random::Named(seed, "mnar train"));
}

StatusOr<MissingScores> ScoresOfFusion(const MissingTaskOptions& options, bool indicators,
                                       modn::Masking masking, double missing, uint64_t seed) {
  const modn::Examples train = TrainOf(options, missing, seed);
  modn::ParallelFusionOptions fusion;
  fusion.indicators = indicators;
  fusion.masking = masking;
  fusion.passes = options.passes;
  fusion.learning_rate = fusion.final_learning_rate = options.learning_rate;
  fusion.batch = options.batch;
  fusion.seed = seed;
  ASSIGN_OR_RETURN(const modn::ParallelFusion model,
                   modn::ParallelFusion::Fit(ArchitectureOf(options), train,
                                             modn::AllOf(train.patients), fusion));
  std::array<double, 3> auroc{};
  const std::array<modn::Examples, 3> tests = TestsOf(options, missing, seed);
  for (size_t i = 0; i < tests.size(); ++i) {
    const auto p = model.Predict(tests[i], modn::AllOf(tests[i].patients));
    auroc[i] = metrics::Auroc({2, p[0], tests[i].labels[0]}).value_or(NAN);
  }
  return MissingScores{auroc[0], auroc[1], auroc[2]};
}

}  // namespace

StatusOr<MissingScores> ScoresWhereMissing(const MissingTaskOptions& options, MissingMethod method,
                                           double missing, uint64_t seed) {
  switch (method) {
    case MissingMethod::kFusion:
    case MissingMethod::kFusionIndicator:
      return ScoresOfFusion(options, method == MissingMethod::kFusionIndicator,
                            modn::Masking::kNone, missing, seed);
    case MissingMethod::kFusionEqualised:
      return ScoresOfFusion(options, false, modn::Masking::kClassEqualised, missing, seed);
    default:
      break;
  }
  const bool skip = method == MissingMethod::kBatchSkip;
  const modn::Examples train = TrainOf(options, missing, seed);
  const modn::Masking masking = method == MissingMethod::kSequentialEqualised
                                    ? modn::Masking::kClassEqualised
                                    : modn::Masking::kNone;
  const std::vector<float> parameters = skip ? TrainByBatchSkip(options, train, seed)
                                             : TrainSequential(options, train, masking, seed);
  const std::array<modn::Examples, 3> tests = TestsOf(options, missing, seed);
  return MissingScores{AurocOf(options, parameters, tests[0], skip),
                       AurocOf(options, parameters, tests[1], skip),
                       AurocOf(options, parameters, tests[2], skip)};
}

double RateDifference(const MissingTaskOptions& options, double missing, uint64_t seed) {
  const modn::Examples train = TrainOf(options, missing, seed);
  const modn::ClassEqualisation equalisation(train, modn::AllOf(train.patients));
  double largest = 0;
  for (size_t m = 0; m < train.values.size(); ++m) {
    std::array<double, 2> kept{}, patients{};
    for (int i = 0; i < train.patients; ++i) {
      const auto p = static_cast<size_t>(i);
      const auto label = static_cast<size_t>(train.labels[0][p]);
      ++patients[label];
      if (std::isnan(train.values[m][p])) continue;
      kept[label] += 1 - equalisation.Chance(static_cast<int>(m), i);
    }
    largest = std::max(largest, std::abs(kept[0] / patients[0] - kept[1] / patients[1]));
  }
  return largest;
}

}  // namespace consilium::experiments
