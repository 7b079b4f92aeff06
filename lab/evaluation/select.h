#ifndef CONSILIUM_LAB_EVALUATION_SELECT_H_
#define CONSILIUM_LAB_EVALUATION_SELECT_H_

#include <span>
#include <vector>

#include "lab/evaluation/collect.h"
#include "lab/evaluation/grouping.h"
#include "lab/evaluation/measure.h"
#include "server/data/schema.h"

namespace consilium::evaluation {

// What a model says of an outcome, of which patients.
struct Selection {
  size_t outcome = 0;
  size_t model = 0;
  size_t variant = 0;
  const Grouping& grouping;
  int group = 0;
};

// The predictions for those patients of all sites, for each seed.
std::vector<LabelledPredictions> Select(const data::Schema& schema,
                                        std::span<const Collected> by_seed,
                                        const Selection& selection);

// [class] patients with that label, of the first seed.
std::vector<int> CountClasses(const LabelledPredictions& predictions);

}  // namespace consilium::evaluation

#endif  // CONSILIUM_LAB_EVALUATION_SELECT_H_
