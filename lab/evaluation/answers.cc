#include "lab/evaluation/answers.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.h"
#include "modules/metrics/scores.h"

namespace consilium::evaluation {
namespace {

void Forget(int feature, int patient, data::Cohort& cohort) {
  cohort.values[static_cast<size_t>(feature)][static_cast<size_t>(patient)] =
      std::numeric_limits<double>::quiet_NaN();
}

// Empties the rows of vectors, series and images that are no longer observed.
void ForgetPayloads(data::Cohort& cohort) {
  for (size_t f = 0; f < cohort.payloads.size(); ++f) {
    const modn::RaggedRows<float>& rows = cohort.payloads[f];
    modn::RaggedRows<float> left;
    for (int patient = 0; patient < rows.rows(); ++patient) {
      const bool observed = cohort.Observed(static_cast<int>(f), patient);
      left.Append(observed ? rows[patient] : std::span<const float>{});
    }
    cohort.payloads[f] = std::move(left);
  }
}

std::vector<float> ByNumber(const data::Cohort& cohort, int feature) {
  const std::vector<double>& values = cohort.values[static_cast<size_t>(feature)];
  return {values.begin(), values.end()};
}

// The share of class 1 among those who have the patient's category.
std::vector<float> ByCategory(const data::Cohort& cohort, int feature, std::span<const int> labels,
                              size_t categories) {
  std::vector<double> ones(categories), all(categories);
  const std::vector<double>& values = cohort.values[static_cast<size_t>(feature)];
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i]) || labels[i] < 0) continue;
    ones[static_cast<size_t>(values[i])] += labels[i] == 1 ? 1 : 0;
    all[static_cast<size_t>(values[i])] += 1;
  }
  std::vector<float> odds;
  for (const double value : values) {
    const size_t c = std::isnan(value) ? 0 : static_cast<size_t>(value);
    odds.push_back(std::isnan(value) ? NAN : static_cast<float>((ones[c] + 1) / (all[c] + 2)));
  }
  return odds;
}

}  // namespace

data::Cohort FirstAnswers(const data::Cohort& cohort, std::span<const int> order, int count) {
  data::Cohort first = cohort;
  for (int patient = 0; patient < cohort.patients; ++patient) {
    int given = 0;
    for (const int feature : order) {
      if (!cohort.Observed(feature, patient)) continue;
      if (given++ >= count) Forget(feature, patient, first);
    }
  }
  ForgetPayloads(first);
  return first;
}

std::vector<int> AnswersOf(const data::Cohort& cohort) {
  std::vector<int> answers(static_cast<size_t>(cohort.patients));
  for (size_t f = 0; f < cohort.values.size(); ++f) {
    for (int patient = 0; patient < cohort.patients; ++patient) {
      if (cohort.Observed(static_cast<int>(f), patient)) ++answers[static_cast<size_t>(patient)];
    }
  }
  return answers;
}

std::vector<int> AnswerGrid(int features) {
  std::vector<int> grid;
  for (double next = 0; next < features; next = std::max(next + 1, std::ceil(next * 1.6))) {
    grid.push_back(static_cast<int>(next));
  }
  grid.push_back(features);
  return grid;
}

namespace {

// How well a number for each patient (NaN: none) tells class 1 from the others, and for how many.
double Tells(std::span<const float> odds, std::span<const int> labels) {
  std::vector<float> probabilities;
  std::vector<int32_t> classes;
  for (size_t i = 0; i < odds.size(); ++i) {
    if (std::isnan(odds[i]) || labels[i] < 0) continue;
    probabilities.insert(probabilities.end(), {-odds[i], odds[i]});
    classes.push_back(labels[i] == 1 ? 1 : 0);
  }
  const std::optional<double> auroc = metrics::Auroc({2, probabilities, classes});
  if (!auroc) return 0;
  const auto share = static_cast<double>(classes.size()) / static_cast<double>(odds.size());
  return std::abs(*auroc - 0.5) * share;
}

}  // namespace

data::Cohort Remove(const data::Cohort& cohort, const Removal& removal, uint64_t seed) {
  std::vector<int> patients;
  const std::vector<int>& labels = cohort.labels[static_cast<size_t>(removal.outcome)];
  for (int patient = 0; patient < cohort.patients; ++patient) {
    const int label = labels[static_cast<size_t>(patient)];
    if (label >= 0 && (label == 1) == removal.positives) patients.push_back(patient);
  }
  Random random = Random::Named(seed, "removal", static_cast<uint64_t>(removal.feature));
  random.Shuffle(std::span<int>(patients));
  // Those who never had the answer come first: they count towards the share.
  std::stable_partition(patients.begin(), patients.end(),
                        [&](int patient) { return !cohort.Observed(removal.feature, patient); });
  data::Cohort left = cohort;
  const auto wanted =
      static_cast<size_t>(std::lround(removal.share * static_cast<double>(patients.size())));
  for (size_t i = 0; i < std::min(wanted, patients.size()); ++i) {
    Forget(removal.feature, patients[i], left);
  }
  ForgetPayloads(left);
  return left;
}

int MostTelling(const data::Schema& schema, const data::Cohort& cohort, int outcome) {
  const std::vector<int>& labels = cohort.labels[static_cast<size_t>(outcome)];
  int best = -1;
  double most = 0;
  for (int feature = 0; feature < static_cast<int>(schema.features.size()); ++feature) {
    const data::Feature& described = schema.features[static_cast<size_t>(feature)];
    if (data::HasPayload(described.kind)) continue;
    const std::vector<float> odds =
        described.categories.empty()
            ? ByNumber(cohort, feature)
            : ByCategory(cohort, feature, labels, described.categories.size());
    const double tells = Tells(odds, labels);
    if (tells > most) most = tells, best = feature;
  }
  return best;
}

}  // namespace consilium::evaluation
