#ifndef CONSILIUM_SERVER_DATA_SPLITS_H_
#define CONSILIUM_SERVER_DATA_SPLITS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "server/data/cohort.h"

// Reproducible partitions of a cohort. The same labels and seed give the same split on every
// machine. Rows of one patient never stand on both sides.
namespace consilium::data {

// Row indices, ascending.
struct Split {
  std::vector<int> train;
  std::vector<int> test;
};

// k splits whose tests partition the rows, with the classes (-1, unknown, is one) spread evenly:
// the sizes of a class in two folds differ by one patient at most. `patient_of_row` is empty, or
// says who each row belongs to; a patient counts as of the largest class of the patient's rows. A
// class with fewer than k patients is in some folds only. With fewer than k patients in all there
// are as many folds as patients (leave one out); with one, a single fold with an empty test.
// Requires k >= 2.
std::vector<Split> StratifiedFolds(std::span<const int> labels, int k, uint64_t seed,
                                   std::span<const int> patient_of_row = {});

// Holds out round(fraction * patients) patients, at least one where there are two or more, spread
// over the classes by largest remainder. The last patient of a class is never held out, unless that
// leaves nobody to hold out. With one patient nothing is held out. Requires 0 < fraction < 1.
Split Holdout(std::span<const int> labels, double fraction, uint64_t seed,
              std::span<const int> patient_of_row = {});

// By the labels of `outcome` and the patient ids of the cohort.
std::vector<Split> StratifiedFolds(const Cohort& cohort, int outcome, int k, uint64_t seed);
Split Holdout(const Cohort& cohort, int outcome, double fraction, uint64_t seed);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_SPLITS_H_
