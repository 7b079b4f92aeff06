#include "modules/modn/masking.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/random.h"

namespace consilium::modn {
namespace {

constexpr int kNoClass = -1;
constexpr int kMostSweeps = 200;

// Patients with the same label of every outcome.
struct Cells {
  std::vector<std::vector<int32_t>> labels;  // [cell][outcome]
  std::vector<double> patients;              // [cell]
  std::vector<int> of;                       // by patient of the examples, or -1
};

Cells CellsOf(const Examples& examples, std::span<const int> patients) {
  Cells cells;
  cells.of.assign(static_cast<size_t>(examples.patients), -1);
  std::map<std::vector<int32_t>, int> known;
  for (const int patient : patients) {
    std::vector<int32_t> labels;
    for (const auto& row : examples.labels) labels.push_back(row[static_cast<size_t>(patient)]);
    if (std::ranges::all_of(labels, [](int32_t label) { return label < 0; })) continue;
    const auto [cell, added] = known.try_emplace(labels, static_cast<int>(cells.labels.size()));
    if (added) {
      cells.labels.push_back(std::move(labels));
      cells.patients.push_back(0);
    }
    cells.of[static_cast<size_t>(patient)] = cell->second;
    ++cells.patients[static_cast<size_t>(cell->second)];
  }
  return cells;
}

// One way to put cells into classes whose rates shall be equal.
struct Grouping {
  std::vector<int> class_of;     // by cell, or kNoClass
  std::vector<double> patients;  // by class
};

// The joint classes if there are enough patients of each, else one grouping for each outcome.
std::vector<Grouping> GroupingsOf(const Cells& cells) {
  if (std::ranges::all_of(cells.patients,
                          [](double n) { return n >= ClassEqualisation::kFewestPatients; })) {
    return {{AllOf(static_cast<int>(cells.patients.size())), cells.patients}};
  }
  std::vector<Grouping> groupings(cells.labels.front().size());
  for (size_t o = 0; o < groupings.size(); ++o) {
    Grouping& grouping = groupings[o];
    for (size_t cell = 0; cell < cells.labels.size(); ++cell) {
      const int32_t label = cells.labels[cell][o];
      grouping.class_of.push_back(label < 0 ? kNoClass : label);
      if (label < 0) continue;
      grouping.patients.resize(std::max(grouping.patients.size(), static_cast<size_t>(label) + 1));
      grouping.patients[static_cast<size_t>(label)] += cells.patients[cell];
    }
  }
  return groupings;
}

// Scales `present` (by cell, how many patients have the feature) and `keep` so that no class of the
// grouping has a higher rate than the lowest of the classes that are large enough. Returns the
// smallest factor used.
double Lower(const Grouping& grouping, std::span<double> present, std::span<double> keep) {
  std::vector<double> rate(grouping.patients.size());
  for (size_t cell = 0; cell < present.size(); ++cell) {
    const int c = grouping.class_of[cell];
    if (c != kNoClass) rate[static_cast<size_t>(c)] += present[cell];
  }
  double lowest = 1;
  for (size_t c = 0; c < rate.size(); ++c) {
    if (grouping.patients[c] > 0) rate[c] /= grouping.patients[c];
    if (grouping.patients[c] >= ClassEqualisation::kFewestPatients) {
      lowest = std::min(lowest, rate[c]);
    }
  }
  double smallest = 1;
  for (size_t cell = 0; cell < present.size(); ++cell) {
    const int c = grouping.class_of[cell];
    if (c == kNoClass || rate[static_cast<size_t>(c)] <= lowest) continue;
    const double factor = lowest / rate[static_cast<size_t>(c)];
    present[cell] *= factor;
    keep[cell] *= factor;
    smallest = std::min(smallest, factor);
  }
  return smallest;
}

// By cell, how probably an answer is kept: iterative proportional fitting of the classes' rates to
// one another (Deming and Stephan 1940), then all raised as far as the largest allows.
std::vector<double> KeepOf(const std::vector<Grouping>& groupings, std::vector<double> present) {
  std::vector<double> keep(present.size(), 1);
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    double smallest = 1;
    for (const Grouping& grouping : groupings) {
      smallest = std::min(smallest, Lower(grouping, present, keep));
    }
    if (smallest > 1 - 1e-9) break;
  }
  double largest = 0;
  for (size_t cell = 0; cell < present.size(); ++cell) {
    if (present[cell] > 0) largest = std::max(largest, keep[cell]);
  }
  if (largest > 0) {
    for (double& chance : keep) chance = std::min(1.0, chance / largest);
  }
  return keep;
}

}  // namespace

ClassEqualisation::ClassEqualisation(const Examples& examples, std::span<const int> patients) {
  Cells cells = CellsOf(examples, patients);
  cell_ = std::move(cells.of);
  const size_t features = examples.values.size();
  keep_.assign(features, std::vector<double>(cells.patients.size(), 1));
  std::map<std::vector<bool>, int> patterns;
  const std::vector<Grouping> groupings =
      cells.patients.empty() ? std::vector<Grouping>{} : GroupingsOf(cells);
  for (size_t f = 0; f < features; ++f) {
    std::vector<bool> pattern;
    std::vector<double> present(cells.patients.size());
    for (const int patient : patients) {
      const auto p = static_cast<size_t>(patient);
      pattern.push_back(!std::isnan(examples.values[f][p]));
      if (pattern.back() && cell_[p] >= 0) ++present[static_cast<size_t>(cell_[p])];
    }
    examination_.push_back(patterns.try_emplace(pattern, static_cast<int>(f)).first->second);
    keep_[f] = KeepOf(groupings, std::move(present));
  }
}

double ClassEqualisation::Chance(int feature, int patient) const {
  const int cell = cell_[static_cast<size_t>(patient)];
  return cell < 0 ? 0 : 1 - keep_[static_cast<size_t>(feature)][static_cast<size_t>(cell)];
}

void ClassEqualisation::Hide(std::span<const int> patients, Random& random,
                             std::span<uint8_t> hidden) const {
  std::vector<double> draws(keep_.size());
  for (size_t i = 0; i < patients.size(); ++i) {
    for (size_t f = 0; f < draws.size(); ++f) {
      const auto examination = static_cast<size_t>(examination_[f]);
      draws[f] = examination == f ? random.Uniform() : draws[examination];
      if (draws[f] < Chance(static_cast<int>(f), patients[i])) {
        hidden[f * patients.size() + i] = 1;
      }
    }
  }
}

}  // namespace consilium::modn
