#include "server/training/parts.h"

#include <algorithm>

#include "base/random.h"
#include "server/data/splits.h"

namespace consilium::training {

Status SplitHeldOut(const data::Schema& schema, const TrainingOptions& options, uint64_t seed,
                    data::Cohort& train, data::Cohort& test) {
  if (test.patients > 0) return OkStatus();
  test = data::EmptyCohort(schema);
  if (options.folds < 2 && options.held_out <= 0) return OkStatus();
  if (train.patients == 0) return FailedPrecondition("no patient to train on");
  data::Split split;
  if (options.folds >= 2) {
    const std::vector<data::Split> folds = data::StratifiedFolds(train, 0, options.folds, seed);
    const auto fold = static_cast<size_t>(std::max(options.fold, 0));
    if (fold >= folds.size()) return OkStatus();
    split = folds[fold];
  } else {
    split = data::Holdout(train, 0, options.held_out, seed);
  }
  test = data::Select(train, split.test);
  train = data::Select(train, split.train);
  return OkStatus();
}

data::Cohort SplitValidation(const data::Schema& schema, const TrainingOptions& options,
                             uint64_t seed, data::Cohort& train) {
  if (options.validation <= 0) return data::EmptyCohort(schema);
  const data::Split split =
      data::Holdout(train, 0, options.validation, Random::Named(seed, "validation", 0).Bits());
  data::Cohort validation = data::Select(train, split.test);
  train = data::Select(train, split.train);
  return validation;
}

}  // namespace consilium::training
