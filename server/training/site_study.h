#ifndef CONSILIUM_SERVER_TRAINING_SITE_STUDY_H_
#define CONSILIUM_SERVER_TRAINING_SITE_STUDY_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "modules/modn/architecture.h"
#include "modules/modn/examples.h"
#include "modules/nn/layout.h"
#include "server/data/cohort.h"
#include "server/data/schema.h"
#include "server/training/averages.h"
#include "server/training/calibration.h"
#include "server/training/learner.h"
#include "server/training/options.h"
#include "server/training/start.h"

// What the parts of a site's learner (site_learner.h) share, and those parts, each in its own file.
namespace consilium::training {

// One site's patients, and what the plan wants done with them.
struct SiteStudy {
  data::Schema schema;
  TrainingOptions options;
  Start start;
  uint64_t seed = 0;
  int rounds = 0;
  data::Cohort train;
  data::Cohort validation;
  data::Cohort test;
  modn::Architecture architecture;  // of the schema and the options
  nn::Layout layout;                // of the architecture
};

// What the sites of the run agreed on, as it concerns the patients of this one.
struct Agreed {
  bool on_statistics = false;
  modn::Examples train, validation, test;  // normalised; once agreed on statistics
  Calibration calibration;                 // of the final model, once agreed
};

// What `parameters` say of these patients when all their answers are known.
HeldOutPredictions PredictionsOf(const SiteStudy& study, std::string model,
                                 std::span<const float> parameters, const modn::Examples& patients);

// Each borrows what it is given a reference of.
std::unique_ptr<Validation> MakeValidation(const SiteStudy& study, const Agreed& agreed);
std::unique_ptr<ModelSelection> MakeSelection(const SiteStudy& study, const Agreed& agreed,
                                              Averages& averages);
std::unique_ptr<ModelCalibration> MakeCalibration(const SiteStudy& study, Agreed& agreed);
std::unique_ptr<Evaluation> MakeEvaluation(const SiteStudy& study, const Agreed& agreed);

// All of them, and local training.
std::unique_ptr<Learner> MakeLearner(SiteStudy study);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_SITE_STUDY_H_
