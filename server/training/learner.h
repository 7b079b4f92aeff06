#ifndef CONSILIUM_SERVER_TRAINING_LEARNER_H_
#define CONSILIUM_SERVER_TRAINING_LEARNER_H_

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "modules/nn/layout.h"
#include "modules/nn/parallel.h"
#include "server/data/cohort.h"
#include "server/data/schema.h"
#include "server/training/model.h"
#include "server/training/options.h"
#include "server/training/report.h"

namespace consilium::training {

// One round of local training.
struct LocalRound {
  int round = 1;                      // counted from 1
  double rate_factor = 1;             // multiplies the plan's learning rate
  std::span<const float> correction;  // local steps add up to it in equal parts; empty: nothing
};

// What a site's patients contribute to one run: local training and evaluation. The patients never
// leave it; only parameters, sums and scores do.
// Not thread-safe, but `stop` may be set from anywhere.
class Learner {
 public:
  // `test` without patients: held-out patients are split off `train` as the options say, and so are
  // those for validation in any case. `start`: the model that the plan's [start] names, or null;
  // needed for the call only.
  static StatusOr<std::unique_ptr<Learner>> Create(const data::Schema& schema,
                                                   const TrainingOptions& options, uint64_t seed,
                                                   int rounds, data::Cohort train,
                                                   data::Cohort test, const Model* start = nullptr);
  virtual ~Learner() = default;

  virtual const nn::Layout& layout() const = 0;

  // What training may use beside the calling thread; `parallel` outlives the learner. The results
  // are the same to the last bit. Default: nothing.
  virtual void UseThreads(const nn::Parallel& parallel);

  // By module of the layout: 0 if the site does not hold it or the plan freezes it, else the number
  // of its training patients that have the feature (of an encoder or a feature decoder), or whose
  // outcome is known (all of them for the state).
  virtual std::vector<float> Weights() const = 0;

  // What every site of the run has alike and keeps to the bit: a byte for each module that the plan
  // freezes, and for each number of Statistics() that is the start model's. Empty: none.
  virtual std::vector<uint8_t> Frozen() const { return {}; }
  virtual std::vector<uint8_t> KnownStatistics() const { return {}; }

  virtual int training_patients() const = 0;
  virtual int validation_patients() const { return 0; }

  // The values every site starts from: seeded, or the start model's.
  virtual std::vector<float> InitialParameters() const = 0;

  // Sums over this site's training patients, or the start model's. Their sum over sites, or any
  // multiple of it such as the mean, is what UseStatistics wants.
  virtual std::vector<double> Statistics() const = 0;
  virtual Status UseStatistics(std::span<const double> over_sites) = 0;

  // Local passes of a round, in place. Requires UseStatistics. The same round, parameters, state
  // and seed give the same bits. Returns the mean training loss; Cancelled if `stop` became true;
  // Internal, with `parameters` as they were, if training left the finite numbers.
  virtual StatusOr<double> TrainRound(const LocalRound& local, std::span<float> parameters,
                                      const std::atomic<bool>& stop) = 0;

  // What TrainRound keeps between rounds (the optimiser's moments), for a checkpoint.
  virtual std::string SaveState() const = 0;
  virtual Status RestoreState(std::string_view state) = 0;

  // What `parameters` say of the validation patients; the mean loss over them, nothing if no
  // outcome of theirs is known; and when training without exchange stops by it. Defaults: none.
  virtual HeldOutPredictions PredictValidation(std::span<const float> parameters) const;
  virtual std::optional<double> ValidationLoss(std::span<const float> parameters) const;
  virtual optim::EarlyStoppingOptions early_stopping() const { return {}; }

  // At the end of a run sites add up what their validation patients say, twice. First of the
  // candidates for the final model (the model itself, averages of it): from the sums over sites, or
  // any multiple of them, every site selects the same one. Then of the final model, to calibrate
  // it: the sums themselves, as it matters how many patients they speak for. The sizes are the same
  // at every site, 0 if the plan asks for no such step. Defaults: no.
  virtual size_t selection_size() const { return 0; }
  virtual StatusOr<std::vector<double>> SelectionSums(std::span<const float> parameters,
                                                      const std::atomic<bool>& stop);
  virtual StatusOr<std::vector<float>> Select(std::span<const double> over_sites,
                                              std::span<const float> parameters);
  virtual size_t calibration_size() const { return 0; }
  virtual StatusOr<std::vector<double>> CalibrationSums(std::span<const float> parameters,
                                                        const std::atomic<bool>& stop);
  virtual Status UseCalibration(std::span<const double> over_sites);

  // What `parameters` and each of the plan's baselines say of the held-out patients. Trains the
  // baselines: takes about as long as the run's own training. Never leaves the site.
  virtual StatusOr<std::vector<HeldOutPredictions>> PredictHeldOut(
      std::span<const float> parameters, const std::atomic<bool>& stop) = 0;

  // The scores of these predictions.
  virtual StatusOr<Report> Evaluate(std::span<const float> parameters,
                                    const std::atomic<bool>& stop) = 0;
};

// Local training of all `rounds`, or until early stopping ends it, without any exchange, on the
// learner's own normalisation, selection and calibration. Leaves the learner as after the last
// round; returns the parameters: with early stopping those of the best round by validation.
StatusOr<std::vector<float>> TrainWithoutExchange(Learner& learner, int rounds,
                                                  const std::atomic<bool>& stop);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_LEARNER_H_
