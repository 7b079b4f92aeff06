#ifndef CONSILIUM_SERVER_TRAINING_OPTIONS_H_
#define CONSILIUM_SERVER_TRAINING_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "modules/modn/feature_loss_options.h"
#include "modules/modn/masking.h"
#include "modules/modn/objective.h"
#include "modules/modn/training.h"
#include "modules/optim/clip.h"
#include "modules/optim/early_stopping.h"
#include "modules/optim/rate.h"

// A choice of few is an enum here and a word in a plan: words.h.
namespace consilium::training {

enum class EmaSample { kRound, kStep };  // the model after an exchange, or of the optimiser
enum class SelectBy { kLoss, kScore };
enum class LevelSource { kNone, kGroups, kDerived };
enum class TrainedModules { kAll, kNew };  // new: only modules that the start model lacks

// Averages of the model over the run, of which sites keep the best: the [ema] table of a plan.
struct EmaPlan {
  std::vector<double> windows = {};  // shares of the run's samples; or ...
  std::vector<double> decays = {};   // ... as they are. Neither: no averages
  EmaSample every = EmaSample::kRound;
  int period = 1;                     // of these, between two samples
  SelectBy select = SelectBy::kLoss;  // by which validation patients choose

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
  optim::RateShape rate = optim::RateShape::kCosine;      // over all rounds
  int warm_up = 0;                                        // passes over which the rate rises first
  std::vector<double> rate_milestones = {0.3, 0.6, 0.8};  // step: shares of the run
  double rate_factor = 0.2;                               // step
  double rate_power = 1;                                  // polynomial
  double momentum = 0.9;                                  // sgd, nesterov
  double beta1 = 0.9, beta2 = 0.999;                      // adam, adamw, adam_l2
  double epsilon = 1e-8;                                  // these and adagrad
  double weight_decay = 0;
  double gradient_clip = 10;
  optim::ClipScope gradient_clip_by = optim::ClipScope::kGlobal;
  double state_change_penalty = 1;
  modn::StepWeights step_weights = modn::StepWeights::kOwnSteps;
  modn::QuestionOrder question_order = modn::QuestionOrder::kShuffled;
  LevelSource question_levels = LevelSource::kNone;
  modn::FeatureLossOptions features = {.decoding = 1};  // with feature decoders
  double answer_dropout = 0;  // share of answers hidden anew in every pass
  modn::Masking masking = modn::Masking::kNone;
  int batch = 32;
  double proximal = 0;              // FedProx: weight of |parameters - round's start|^2 / 2
  int local_epochs = 1;             // passes over the site's patients in a round
  std::vector<std::string> freeze;  // patterns of modules' names that stay as they are
  TrainedModules train = TrainedModules::kAll;
  int fine_tune = 0;  // so many rounds only new modules are trained, then all

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

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_OPTIONS_H_
