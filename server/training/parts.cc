#include "server/training/parts.h"

#include <algorithm>

#include "base/random.h"
#include "server/data/splits.h"

namespace consilium {

Status SplitHeldOut(const Schema& schema, const TrainingOptions& options, uint64_t seed,
                    Cohort& train, Cohort& test) {
  if (train.patients == 0) return FailedPrecondition("no patient to train on");
  if (test.patients > 0) return OkStatus();
  test = EmptyCohort(schema);
  Split split;
  if (options.folds >= 2) {
    const std::vector<Split> folds = StratifiedFolds(train, 0, options.folds, seed);
    split = folds[static_cast<size_t>(std::max(options.fold, 0)) % folds.size()];
  } else if (options.held_out > 0) {
    split = Holdout(train, 0, options.held_out, seed);
  } else {
    return OkStatus();
  }
  test = Select(train, split.test);
  train = Select(train, split.train);
  return OkStatus();
}

Cohort SplitValidation(const Schema& schema, const TrainingOptions& options, uint64_t seed,
                       Cohort& train) {
  if (options.validation <= 0) return EmptyCohort(schema);
  const Split split =
      Holdout(train, 0, options.validation, Random::Named(seed, "validation", 0).Bits());
  Cohort validation = Select(train, split.test);
  train = Select(train, split.train);
  return validation;
}

}  // namespace consilium
