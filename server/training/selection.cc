#include "server/training/selection.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "modules/metrics/scores.h"

namespace consilium::training {
namespace {

constexpr double kLeastProbability = 1e-12;

size_t SizeFor(const data::Outcome& outcome) {
  return 2 + outcome.classes.size() * outcome.classes.size();
}

// Adds a patient with a known label, whose row of probabilities this is.
void AddPatient(std::span<const float> row, size_t label, std::span<double> sums) {
  const double probability = std::isfinite(row[label]) ? row[label] : 0;
  sums[0] -= std::log(std::max(probability, kLeastProbability));
  sums[1] += 1;
  const auto predicted =
      static_cast<size_t>(std::max_element(row.begin(), row.end()) - row.begin());
  sums[2 + label * row.size() + predicted] += 1;
}

// 0 if no class occurs or is predicted.
double MacroF1Of(std::span<const double> confusion, size_t classes) {
  std::vector<double> right, predicted(classes), actual(classes);
  for (size_t c = 0; c < classes; ++c) {
    right.push_back(confusion[c * classes + c]);
    for (size_t other = 0; other < classes; ++other) {
      actual[c] += confusion[c * classes + other];
      predicted[c] += confusion[other * classes + c];
    }
  }
  return metrics::MacroF1(right, predicted, actual).value_or(0);
}

}  // namespace

size_t SelectionSizeOfOne(const data::Schema& schema) {
  size_t size = 0;
  for (const data::Outcome& outcome : schema.outcomes) size += SizeFor(outcome);
  return size;
}

std::vector<double> SelectionSumsOf(const data::Schema& schema,
                                    const HeldOutPredictions& predictions) {
  std::vector<double> sums(SelectionSizeOfOne(schema), 0);
  size_t offset = 0;
  for (size_t o = 0; o < schema.outcomes.size(); ++o) {
    const size_t classes = schema.outcomes[o].classes.size();
    const std::span<double> part = std::span(sums).subspan(offset, SizeFor(schema.outcomes[o]));
    offset += part.size();
    const std::span<const float> probabilities = predictions.probabilities[o];
    const std::vector<int32_t>& labels = predictions.labels[o];
    if (classes == 0) continue;  // an outcome that is a number
    for (size_t i = 0; i < labels.size(); ++i) {
      if (labels[i] < 0) continue;
      AddPatient(probabilities.subspan(i * classes, classes), static_cast<size_t>(labels[i]), part);
    }
  }
  return sums;
}

std::optional<SelectionScores> SelectionScoresOf(const data::Schema& schema,
                                                 std::span<const double> sums) {
  SelectionScores scores;
  int known = 0;
  size_t offset = 0;
  for (const data::Outcome& outcome : schema.outcomes) {
    const std::span<const double> part = sums.subspan(offset, SizeFor(outcome));
    offset += part.size();
    if (!(part[1] > 0)) continue;
    scores.loss += part[0] / part[1];
    scores.macro_f1 += MacroF1Of(part.subspan(2), outcome.classes.size());
    ++known;
  }
  if (known == 0) return std::nullopt;
  return SelectionScores{scores.loss / known, scores.macro_f1 / known};
}

StatusOr<int> BestOf(const data::Schema& schema, std::span<const double> sums, SelectBy select) {
  const size_t size = SelectionSizeOfOne(schema);
  if (sums.empty() || sums.size() % size != 0) {
    return InvalidArgument("{} numbers to select a model by, expected a multiple of {}",
                           sums.size(), size);
  }
  int best = 0;
  std::optional<SelectionScores> of_best;
  for (size_t candidate = 0; candidate < sums.size() / size; ++candidate) {
    const auto scores = SelectionScoresOf(schema, sums.subspan(candidate * size, size));
    if (!scores) continue;
    const bool better =
        !of_best || (select == SelectBy::kScore ? scores->macro_f1 > of_best->macro_f1
                                                : scores->loss < of_best->loss);
    if (!better) continue;
    best = static_cast<int>(candidate);
    of_best = scores;
  }
  return best;
}

}  // namespace consilium::training
