#ifndef CONSILIUM_SERVER_TRAINING_OPTIONS_H_
#define CONSILIUM_SERVER_TRAINING_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "modules/modn/masking.h"

namespace consilium {

// How a site trains, the same at every site of a run: the [model], [training] and [evaluation]
// tables of a plan.
struct TrainingOptions {
  // [model]
  int state = 30;
  int hidden = 32;

  // [training]
  std::string optimiser = "adam";  // adam | sgd
  double learning_rate = 2e-3;
  double final_learning_rate = 0;  // of the cosine over all rounds
  double momentum = 0.9;           // sgd only
  double weight_decay = 0;
  double gradient_clip = 10;  // global norm
  double state_change_penalty = 1;
  double answer_dropout = 0;     // share of answers hidden anew in every pass
  std::string masking = "none";  // none | class_equalised: hidden by class until missing alike
  int batch = 32;
  int local_epochs = 1;  // passes over the site's patients in a round

  // [evaluation]
  double held_out = 0.2;  // share of each site's patients never trained on
  // Share of the remaining patients not trained on either, by which choices are made: when to stop,
  // which average of the weights to keep, calibration.
  double validation = 0;
  int folds = 0;  // >= 2: cross-validation instead, this run holding out ...
  int fold = -1;  // ... this fold, from 0; -1: each in turn (simulate only)
  std::vector<std::string> baselines = {"local", "logistic_regression"};  // see baselines.h

  bool federated_normalisation = true;  // false: from the schema's ranges
};

inline Masking MaskingOf(const TrainingOptions& options) {
  return options.masking == "none" ? Masking::kNone : Masking::kClassEqualised;
}

}  // namespace consilium

#endif  // CONSILIUM_SERVER_TRAINING_OPTIONS_H_
