#include "server/data/cohort.h"

#include <cmath>
#include <unordered_map>

namespace consilium::data {
namespace {

template <typename T>
std::vector<T> Pick(const std::vector<T>& column, std::span<const int> rows) {
  std::vector<T> picked;
  if (column.empty()) return picked;
  picked.reserve(rows.size());
  for (const int row : rows) picked.push_back(column[static_cast<size_t>(row)]);
  return picked;
}

modn::RaggedRows<float> Pick(const modn::RaggedRows<float>& payload, std::span<const int> rows) {
  modn::RaggedRows<float> picked;
  if (payload.rows() == 0) return picked;
  for (const int row : rows) picked.Append(payload[row]);
  return picked;
}

template <typename T>
void Append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

void Append(modn::RaggedRows<float>& to, const modn::RaggedRows<float>& from) {
  for (int row = 0; row < from.rows(); ++row) to.Append(from[row]);
}

// Column by column; a cohort that has none adds nothing.
template <typename Columns>
void AppendEach(Columns& to, const Columns& from) {
  if (to.size() < from.size()) to.resize(from.size());
  for (size_t i = 0; i < from.size(); ++i) Append(to[i], from[i]);
}

}  // namespace

bool Cohort::Observed(int feature, int patient) const {
  return !std::isnan(values[static_cast<size_t>(feature)][static_cast<size_t>(patient)]);
}

bool Cohort::Known(int outcome, int patient) const {
  const auto o = static_cast<size_t>(outcome), p = static_cast<size_t>(patient);
  if (labels[o][p] >= 0) return true;
  return o < targets.size() && p < targets[o].size() && !std::isnan(targets[o][p]);
}

Cohort EmptyCohort(const Schema& schema) {
  Cohort cohort;
  cohort.values.resize(schema.features.size());
  cohort.labels.resize(schema.outcomes.size());
  cohort.payloads.resize(schema.features.size());
  cohort.targets.resize(schema.outcomes.size());
  return cohort;
}

Cohort Select(const Cohort& cohort, std::span<const int> patients) {
  Cohort selected;
  selected.patients = static_cast<int>(patients.size());
  for (const auto& column : cohort.values) selected.values.push_back(Pick(column, patients));
  for (const auto& column : cohort.labels) selected.labels.push_back(Pick(column, patients));
  for (const auto& payload : cohort.payloads) selected.payloads.push_back(Pick(payload, patients));
  for (const auto& column : cohort.targets) selected.targets.push_back(Pick(column, patients));
  selected.patient_ids = Pick(cohort.patient_ids, patients);
  selected.lines = Pick(cohort.lines, patients);
  return selected;
}

Cohort Concatenate(std::span<const Cohort> cohorts) {
  Cohort all;
  bool ids = true, lines = true;
  for (const Cohort& cohort : cohorts) {
    all.patients += cohort.patients;
    AppendEach(all.values, cohort.values);
    AppendEach(all.labels, cohort.labels);
    AppendEach(all.payloads, cohort.payloads);
    AppendEach(all.targets, cohort.targets);
    Append(all.patient_ids, cohort.patient_ids);
    Append(all.lines, cohort.lines);
    ids = ids && cohort.patient_ids.size() == static_cast<size_t>(cohort.patients);
    lines = lines && cohort.lines.size() == static_cast<size_t>(cohort.patients);
  }
  if (!ids) all.patient_ids.clear();
  if (!lines) all.lines.clear();
  return all;
}

Catalogue CatalogueOf(const Cohort& cohort) {
  Catalogue catalogue;
  for (const auto& column : cohort.values) {
    int observed = 0;
    for (const double value : column) observed += std::isnan(value) ? 0 : 1;
    catalogue.observed.push_back(observed);
    catalogue.features.push_back(observed > 0);
  }
  for (size_t o = 0; o < cohort.labels.size(); ++o) {
    int labelled = 0;
    for (int p = 0; p < cohort.patients; ++p) {
      labelled += cohort.Known(static_cast<int>(o), p) ? 1 : 0;
    }
    catalogue.labelled.push_back(labelled);
    catalogue.outcomes.push_back(labelled > 0);
  }
  return catalogue;
}

std::vector<int> ClassCounts(const Schema& schema, const Cohort& cohort, int outcome) {
  const auto o = static_cast<size_t>(outcome);
  std::vector<int> counts(schema.outcomes[o].classes.size());
  for (const int label : cohort.labels[o]) {
    if (label >= 0) ++counts[static_cast<size_t>(label)];
  }
  return counts;
}

std::vector<int> PatientOfRow(const Cohort& cohort) {
  std::vector<int> patient_of_row;
  std::unordered_map<std::string_view, int> seen;
  for (int row = 0; row < cohort.patients; ++row) {
    const std::string_view id = cohort.patient_ids.empty()
                                    ? std::string_view()
                                    : cohort.patient_ids[static_cast<size_t>(row)];
    patient_of_row.push_back(id.empty() ? row : seen.try_emplace(id, row).first->second);
  }
  return patient_of_row;
}

}  // namespace consilium::data
