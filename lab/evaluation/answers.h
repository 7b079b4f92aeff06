#ifndef CONSILIUM_LAB_EVALUATION_ANSWERS_H_
#define CONSILIUM_LAB_EVALUATION_ANSWERS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "server/data/cohort.h"
#include "server/data/schema.h"

// Patients as they would be had fewer questions been answered.
namespace consilium::evaluation {

// Each patient's first `count` answers, features being asked in `order`; features outside it are
// not asked.
data::Cohort FirstAnswers(const data::Cohort& cohort, std::span<const int> order, int count);

// How many answers each patient has.
std::vector<int> AnswersOf(const data::Cohort& cohort);

// About eight numbers of answers from 0 to all `features`, close together at first.
std::vector<int> AnswerGrid(int features);

// Who loses the answer to `feature`: patients whose class of `outcome` is 1 (or not 1), drawn at
// random until `share` of them are without, as in docs/papers.md, Missing not at random.
struct Removal {
  int feature = 0;
  int outcome = 0;
  bool positives = true;
  double share = 0.8;
};

// The same removal and seed takes the same answers.
data::Cohort Remove(const data::Cohort& cohort, const Removal& removal, uint64_t seed);

// The feature whose answer alone, without any training, tells the classes of `outcome` best apart,
// weighed by the share of patients who have it; numbers and categories only. -1 if none tells
// anything.
int MostTelling(const data::Schema& schema, const data::Cohort& cohort, int outcome);

}  // namespace consilium::evaluation

#endif  // CONSILIUM_LAB_EVALUATION_ANSWERS_H_
