#ifndef CONSILIUM_SERVER_DATA_COHORT_H_
#define CONSILIUM_SERVER_DATA_COHORT_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "modules/modn/examples.h"
#include "server/data/schema.h"

namespace consilium::data {

// The patients of one site, column by column. Indices are those of the schema.
struct Cohort {
  int patients = 0;
  // [feature][patient]; NaN: not observed; category: index; of a vector, series or image the number
  // of vectors in `payloads`.
  std::vector<std::vector<double>> values;
  // [outcome][patient]: class; -1: not known, and wherever the outcome is a number.
  std::vector<std::vector<int>> labels;
  // [feature] a row for each patient, of vectors, series and images: the numbers, vector after
  // vector; empty where not observed. No rows for other features. May be empty without such ones.
  std::vector<modn::RaggedRows<float>> payloads;
  // [outcome][patient] of outcomes that are numbers; NaN: not known. No entries for others. May be
  // empty without such ones.
  std::vector<std::vector<double>> targets;
  std::vector<std::string> patient_ids;  // empty, or one for each row; never in logs or messages
  std::vector<int> lines;                // line of the file each row began on; empty if no file

  bool Observed(int feature, int patient) const;
  bool Known(int outcome, int patient) const;
};

// A cohort without patients, with the columns of the schema.
Cohort EmptyCohort(const Schema& schema);

// The rows `patients`, in that order.
Cohort Select(const Cohort& cohort, std::span<const int> patients);

// All rows of all cohorts, one after the other. All must be of one schema.
Cohort Concatenate(std::span<const Cohort> cohorts);

// What a site holds: features and outcomes known for at least one patient.
struct Catalogue {
  std::vector<bool> features;
  std::vector<bool> outcomes;
  std::vector<int> observed;  // number of patients for each feature: a possible exchange weight
  std::vector<int> labelled;  // number of patients for each outcome
};

Catalogue CatalogueOf(const Cohort& cohort);

// [class] number of patients with that class of `outcome`; empty if it is a number.
std::vector<int> ClassCounts(const Schema& schema, const Cohort& cohort, int outcome);

// One number for each row; rows with the same patient id have the same. Without ids every row is a
// patient of its own.
std::vector<int> PatientOfRow(const Cohort& cohort);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_COHORT_H_
