#ifndef CONSILIUM_SERVER_TRAINING_LEARNER_H_
#define CONSILIUM_SERVER_TRAINING_LEARNER_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "modules/nn/layout.h"
#include "modules/nn/parallel.h"
#include "modules/optim/early_stopping.h"
#include "server/training/report.h"

// What a site's patients contribute to one run. The patients never leave it; only parameters, sums
// and scores do. A learner is three functions; what only some learners have, or only some callers
// ask for, is a part that may be absent. A learner and its parts are used by one thread at a time,
// but `stop` may be set from anywhere.
namespace consilium::training {

// One round of local training.
struct LocalRound {
  int round = 1;           // counted from 1
  double rate_factor = 1;  // multiplies the plan's learning rate
  std::span<const float> correction =
      {};                      // local steps add up to it in equal parts; empty: nothing
  nn::Parallel parallel = {};  // what may be used beside the calling thread
};

// What holds of a learner from its creation on.
struct LearnerFacts {
  nn::Layout layout;

  // By module of the layout: 0 if the site does not hold it or the plan freezes it, else the number
  // of its training patients that have the feature (of an encoder or a feature decoder), or whose
  // outcome is known (all of them for the state).
  std::vector<float> weights;

  // The values every site starts from: seeded, or the start model's.
  std::vector<float> initial_parameters;

  // Sums over this site's training patients, or the start model's. Their sum over sites, or any
  // multiple of it such as the mean, is what UseStatistics wants.
  std::vector<double> statistics;

  // What every site of the run has alike and keeps to the bit: a byte for each module that the plan
  // freezes, and for each number of the statistics that is the start model's. Empty: none.
  std::vector<uint8_t> frozen = {};
  std::vector<uint8_t> known_statistics = {};

  int training_patients = 0;
  optim::EarlyStoppingOptions early_stopping = {};  // when training without exchange stops
};

// What TrainRound keeps between rounds (the optimiser's moments), for a checkpoint.
class KeptState {
 public:
  virtual ~KeptState() = default;
  virtual std::string Save() const = 0;
  virtual Status Restore(std::string_view state) = 0;
};

// Patients by whom choices are made, and nobody is trained.
class Validation {
 public:
  virtual ~Validation() = default;

  // What `parameters` say of them; the mean loss over them, nothing if no outcome is known.
  virtual HeldOutPredictions Predict(std::span<const float> parameters) const = 0;
  virtual std::optional<double> Loss(std::span<const float> parameters) const = 0;
};

// What the sites add up at the end of a run: what their validation patients say of a model.
class SiteSums {
 public:
  virtual ~SiteSums() = default;

  // How many numbers; the same at every site, more than 0.
  virtual size_t size() const = 0;
  virtual StatusOr<std::vector<double>> Sums(std::span<const float> parameters,
                                             const std::atomic<bool>& stop) = 0;
};

// First of the candidates for the final model (the model itself, averages of it): from the sums
// over sites, or any multiple of them, every site selects the same one.
class ModelSelection : public SiteSums {
 public:
  virtual StatusOr<std::vector<float>> Select(std::span<const double> over_sites,
                                              std::span<const float> parameters) = 0;
};

// Then of the final model, to calibrate it: by the sums themselves, as it matters how many patients
// they speak for.
class ModelCalibration : public SiteSums {
 public:
  virtual Status Use(std::span<const double> over_sites) = 0;
};

// The model on held-out patients.
class Evaluation {
 public:
  virtual ~Evaluation() = default;

  // What `parameters` and each of the plan's baselines say of them. Trains the baselines: takes
  // about as long as the run's own training. Never leaves the site.
  virtual StatusOr<std::vector<HeldOutPredictions>> Predict(std::span<const float> parameters,
                                                            const std::atomic<bool>& stop) = 0;

  // The scores of these predictions.
  virtual StatusOr<Report> Score(std::span<const float> parameters,
                                 const std::atomic<bool>& stop) = 0;
};

// Valid as long as their learner; null: it has none.
struct LearnerParts {
  KeptState* state = nullptr;        // a daemon asks for it
  Validation* validation = nullptr;  // training without exchange and tuning do
  ModelSelection* selection = nullptr;
  ModelCalibration* calibration = nullptr;
  Evaluation* evaluation = nullptr;
};

class Learner {
 public:
  virtual ~Learner() = default;

  // Worked out at each call; the same each time.
  virtual LearnerFacts Facts() const = 0;

  virtual Status UseStatistics(std::span<const double> over_sites) = 0;

  // Local passes of a round, in place. Requires UseStatistics. The same round, parameters, state
  // and seed give the same bits, whatever is used in parallel. Returns the mean training loss;
  // Cancelled if `stop` became true; Internal, with `parameters` as they were, if training left the
  // finite numbers.
  virtual StatusOr<double> TrainRound(const LocalRound& local, std::span<float> parameters,
                                      const std::atomic<bool>& stop) = 0;

  // The same each time.
  virtual LearnerParts Parts() { return {}; }
};

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_LEARNER_H_
