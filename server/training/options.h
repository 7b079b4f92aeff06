#ifndef CONSILIUM_SERVER_TRAINING_OPTIONS_H_
#define CONSILIUM_SERVER_TRAINING_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "modules/modn/feature_loss_options.h"
#include "modules/modn/masking.h"
#include "modules/optim/early_stopping.h"

namespace consilium::training {

// Averages of the model over the run, of which sites keep the best: the [ema] table of a plan.
struct EmaPlan {
  std::vector<double> windows = {};  // shares of the run's samples; or ...
  std::vector<double> decays = {};   // ... as they are. Neither: no averages
  std::string every = "round";       // round: the model after an exchange | step: of the optimiser
  int period = 1;                    // of these, between two samples
  std::string select = "loss";       // by which validation patients choose: loss | score

  size_t count() const { return windows.empty() ? decays.size() : windows.size(); }
};

// How a site trains, the same at every site of a run: the [model], [training] and [evaluation]
// tables of a plan.
struct TrainingOptions {
  // [model]
  int state = 30;
  int hidden = 32;
  int feature_decoder_hidden = 0;  // 0: no feature decoders

  // [training]
  std::string optimiser = "adam";  // one of modules/optim/optimisers.h
  double learning_rate = 2e-3;
  double final_learning_rate = 0;
  std::string rate = "cosine";  // constant | cosine | step | polynomial, over all rounds
  int warm_up = 0;              // passes over which the rate rises first
  std::vector<double> rate_milestones = {0.3, 0.6, 0.8};  // step: shares of the run
  double rate_factor = 0.2;                               // step
  double rate_power = 1;                                  // polynomial
  double momentum = 0.9;                                  // sgd, nesterov
  double beta1 = 0.9, beta2 = 0.999;                      // adam, adamw, adam_l2
  double epsilon = 1e-8;                                  // these and adagrad
  double weight_decay = 0;
  double gradient_clip = 10;
  std::string gradient_clip_by = "global";  // one norm | module: of each
  double state_change_penalty = 1;
  std::string step_weights = "own";  // own | every | fixed: StepWeights of modules/modn/objective.h
  std::string question_order = "shuffled";  // for every batch | fixed | own: for every patient
  std::string question_levels = "none";     // none | groups | derived
  modn::FeatureLossOptions features = {.decoding = 1};  // with feature decoders
  double answer_dropout = 0;     // share of answers hidden anew in every pass
  std::string masking = "none";  // none | class_equalised: hidden by class until missing alike
  int batch = 32;
  double proximal = 0;              // FedProx: weight of |parameters - round's start|^2 / 2
  int local_epochs = 1;             // passes over the site's patients in a round
  std::vector<std::string> freeze;  // patterns of modules' names that stay as they are
  std::string train = "all";        // all | new: only modules that the start model lacks
  int fine_tune = 0;                // so many rounds only new modules are trained, then all

  // [start]: the model of an earlier run whose modules this one goes on from
  std::string start_model;  // its file (simulate)
  std::string start_run;    // the run whose model every node keeps

  optim::EarlyStoppingOptions early_stopping;  // of training without exchange, by round

  // [ema]
  EmaPlan ema;

  // [evaluation]
  double held_out = 0.2;  // share of each site's patients never trained on
  // Share of the remaining patients not trained on either, by which choices are made: when to stop,
  // which average of the weights to keep, calibration.
  double validation = 0;
  double coverage = 0.9;  // of conformal sets, if there is validation: see calibration.h
  int folds = 0;          // >= 2: cross-validation instead, this run holding out ...
  int fold = -1;          // ... this fold, from 0; -1: each in turn (simulate only)
  std::vector<std::string> baselines = {"local", "logistic_regression"};  // see baselines.h

  bool federated_normalisation = true;  // false: from the schema's ranges
};

inline modn::Masking MaskingOf(const TrainingOptions& options) {
  return options.masking == "none" ? modn::Masking::kNone : modn::Masking::kClassEqualised;
}

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_OPTIONS_H_
