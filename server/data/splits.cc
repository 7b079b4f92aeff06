#include "server/data/splits.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/random.h"

namespace consilium::data {
namespace {

struct Patient {
  std::vector<int> rows;
  int label = -1;
};

std::vector<Patient> PatientsOf(std::span<const int> labels, std::span<const int> patient_of_row) {
  std::vector<Patient> patients;
  std::map<int, size_t> index;
  for (size_t row = 0; row < labels.size(); ++row) {
    const int who = patient_of_row.empty() ? static_cast<int>(row) : patient_of_row[row];
    const auto [entry, is_new] = index.try_emplace(who, patients.size());
    if (is_new) patients.emplace_back();
    Patient& patient = patients[entry->second];
    patient.rows.push_back(static_cast<int>(row));
    patient.label = std::max(patient.label, labels[row]);
  }
  return patients;
}

// Class by class from the smallest label, each in a random order of its own.
std::vector<std::vector<size_t>> ShuffledClasses(const std::vector<Patient>& patients,
                                                 uint64_t seed, std::string_view purpose) {
  std::map<int, std::vector<size_t>> by_label;
  for (size_t i = 0; i < patients.size(); ++i) by_label[patients[i].label].push_back(i);
  std::vector<std::vector<size_t>> classes;
  for (auto& [label, members] : by_label) {
    Random::Named(seed, purpose, static_cast<uint64_t>(label + 1))
        .Shuffle(std::span<size_t>(members));
    classes.push_back(std::move(members));
  }
  return classes;
}

Split SplitOff(const std::vector<Patient>& patients, const std::vector<bool>& held_out) {
  Split split;
  for (size_t i = 0; i < patients.size(); ++i) {
    std::vector<int>& side = held_out[i] ? split.test : split.train;
    side.insert(side.end(), patients[i].rows.begin(), patients[i].rows.end());
  }
  std::sort(split.train.begin(), split.train.end());
  std::sort(split.test.begin(), split.test.end());
  return split;
}

// How many of each class to hold out: `total` in proportion, by largest remainder, never a class's
// last patient.
std::vector<size_t> Quotas(const std::vector<std::vector<size_t>>& classes, size_t patients,
                           size_t total) {
  std::vector<size_t> quotas;
  std::vector<double> remainders;
  for (const auto& members : classes) {
    const double exact = static_cast<double>(total) * static_cast<double>(members.size()) /
                         static_cast<double>(patients);
    quotas.push_back(std::min(static_cast<size_t>(exact), members.size() - 1));
    remainders.push_back(exact - static_cast<double>(quotas.back()));
  }
  size_t held = std::accumulate(quotas.begin(), quotas.end(), size_t{0});
  while (held < total) {
    size_t best = classes.size();
    for (size_t c = 0; c < classes.size(); ++c) {
      if (quotas[c] + 1 >= classes[c].size()) continue;
      if (best == classes.size() || remainders[c] > remainders[best]) best = c;
    }
    if (best == classes.size()) break;
    ++quotas[best];
    remainders[best] -= 1;
    ++held;
  }
  if (held == 0) quotas[0] = 1;
  return quotas;
}

}  // namespace

std::vector<Split> StratifiedFolds(std::span<const int> labels, int k, uint64_t seed,
                                   std::span<const int> patient_of_row) {
  const std::vector<Patient> patients = PatientsOf(labels, patient_of_row);
  if (patients.empty()) return {};
  if (patients.size() == 1) return {SplitOff(patients, {false})};
  const size_t folds = std::min(static_cast<size_t>(std::max(k, 2)), patients.size());
  std::vector<size_t> fold_of(patients.size());
  size_t next = 0;
  for (const auto& members : ShuffledClasses(patients, seed, "folds")) {
    for (const size_t member : members) fold_of[member] = next++ % folds;
  }
  std::vector<Split> splits;
  for (size_t fold = 0; fold < folds; ++fold) {
    std::vector<bool> held_out(patients.size());
    for (size_t i = 0; i < patients.size(); ++i) held_out[i] = fold_of[i] == fold;
    splits.push_back(SplitOff(patients, held_out));
  }
  return splits;
}

Split Holdout(std::span<const int> labels, double fraction, uint64_t seed,
              std::span<const int> patient_of_row) {
  const std::vector<Patient> patients = PatientsOf(labels, patient_of_row);
  std::vector<bool> held_out(patients.size(), false);
  if (patients.size() < 2) return SplitOff(patients, held_out);
  const auto wanted = static_cast<size_t>(
      std::llround(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(patients.size())));
  const size_t total = std::clamp(wanted, size_t{1}, patients.size() - 1);
  const auto classes = ShuffledClasses(patients, seed, "holdout");
  const std::vector<size_t> quotas = Quotas(classes, patients.size(), total);
  for (size_t c = 0; c < classes.size(); ++c) {
    for (size_t i = 0; i < quotas[c]; ++i) held_out[classes[c][i]] = true;
  }
  return SplitOff(patients, held_out);
}

std::vector<Split> StratifiedFolds(const Cohort& cohort, int outcome, int k, uint64_t seed) {
  return StratifiedFolds(cohort.labels[static_cast<size_t>(outcome)], k, seed,
                         PatientOfRow(cohort));
}

Split Holdout(const Cohort& cohort, int outcome, double fraction, uint64_t seed) {
  return Holdout(cohort.labels[static_cast<size_t>(outcome)], fraction, seed, PatientOfRow(cohort));
}

}  // namespace consilium::data
