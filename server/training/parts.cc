#include "server/training/parts.h"

#include <algorithm>

#include "base/random.h"
#include "server/data/splits.h"

namespace consilium {

Status SplitHeldOut(const Schema& schema, const TrainingOptions& options, uint64_t seed,
                    Cohort& train, Cohort& test) {
  if (test.patients > 0) return OkStatus();
  test = EmptyCohort(schema);
  if (options.folds < 2 && options.held_out <= 0) return OkStatus();
  if (train.patients == 0) return FailedPrecondition("no patient to train on");
  Split split;
  if (options.folds >= 2) {
    const std::vector<Split> folds = StratifiedFolds(train, 0, options.folds, seed);
    const auto fold = static_cast<size_t>(std::max(options.fold, 0));
    if (fold >= folds.size()) return OkStatus();
    split = folds[fold];
  } else {
    split = Holdout(train, 0, options.held_out, seed);
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
