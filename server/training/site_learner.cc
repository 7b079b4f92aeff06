#include <algorithm>
#include <cmath>
#include <utility>

#include "base/bytes.h"
#include "modules/modn/evaluation.h"
#include "modules/modn/objective.h"
#include "modules/modn/own_intercept.h"
#include "modules/modn/training.h"
#include "server/data/examples.h"
#include "server/data/normalisation.h"
#include "server/training/averages.h"
#include "server/training/baselines.h"
#include "server/training/calibration_sums.h"
#include "server/training/learner.h"
#include "server/training/objective_options.h"
#include "server/training/optimisation.h"
#include "server/training/parts.h"
#include "server/training/recalibrated.h"
#include "server/training/selection.h"
#include "server/training/start.h"
#include "server/training/sums.h"

namespace consilium::training {
namespace {

constexpr uint8_t kStateVersion = 2;

class SiteLearner final : public Learner {
 public:
  SiteLearner(data::Schema schema, const TrainingOptions& options, Start start, uint64_t seed,
              int rounds, data::Cohort train, data::Cohort validation, data::Cohort test)
      : schema_(std::move(schema)),
        options_(options),
        start_(std::move(start)),
        seed_(seed),
        rounds_(rounds),
        train_(std::move(train)),
        validation_(std::move(validation)),
        test_(std::move(test)),
        architecture_(data::ArchitectureOf(schema_, options_.state, options_.hidden,
                                           options_.feature_decoder_hidden)),
        objective_(architecture_, LossOptionsOf(options_)),
        rates_(RatesOf(options_, rounds)),
        optimiser_(OptimiserOf(options_, layout().size())),
        averages_(options_.ema, rounds, StepsInARound(), layout().size()),
        watched_(averages_.Watch(*optimiser_)) {}

  const nn::Layout& layout() const override { return objective_.layout(); }
  int training_patients() const override { return train_.patients; }
  int validation_patients() const override { return validation_.patients; }

  void UseThreads(const nn::Parallel& parallel) override { parallel_ = parallel; }

  size_t selection_size() const override { return SelectionSize(schema_, options_); }
  size_t calibration_size() const override { return CalibrationSize(schema_, options_); }

  std::vector<float> Weights() const override {
    const data::Catalogue catalogue = data::CatalogueOf(train_);
    std::vector<float> weights = {static_cast<float>(train_.patients)};
    for (const int observed : catalogue.observed) weights.push_back(static_cast<float>(observed));
    for (const int labelled : catalogue.labelled) weights.push_back(static_cast<float>(labelled));
    for (size_t f = 0; f < schema_.features.size(); ++f) {
      if (!modn::HasFeatureDecoder(architecture_, static_cast<int>(f))) continue;
      weights.push_back(static_cast<float>(catalogue.observed[f]));
    }
    for (size_t m = 0; m < weights.size(); ++m) {
      if (start_.frozen()[m] != 0) weights[m] = 0;
    }
    return weights;
  }

  std::vector<uint8_t> Frozen() const override { return start_.frozen(); }
  std::vector<uint8_t> KnownStatistics() const override { return start_.known_statistics(); }

  std::vector<float> InitialParameters() const override {
    std::vector<float> parameters(layout().size());
    modn::Initialise<float>(architecture_, layout(), seed_, parameters);
    start_.CopyParameters(parameters);
    return parameters;
  }

  std::vector<double> Statistics() const override {
    std::vector<double> statistics = data::StatisticsOf(schema_, train_);
    start_.CopyStatistics(statistics);
    return statistics;
  }

  Status UseStatistics(std::span<const double> over_sites) override {
    data::Normalisation normalisation = data::NormalisationFromSchema(schema_);
    if (options_.federated_normalisation) {
      ASSIGN_OR_RETURN(normalisation, data::NormalisationFrom(schema_, over_sites));
    }
    train_examples_ = data::ExamplesOf(schema_, normalisation, train_);
    validation_examples_ = data::ExamplesOf(schema_, normalisation, validation_);
    test_examples_ = data::ExamplesOf(schema_, normalisation, test_);
    modn::PassOptions pass{options_.batch, options_.answer_dropout, options_.gradient_clip,
                           options_.masking};
    pass.clip_scope = options_.gradient_clip_by;
    pass.order = options_.question_order;
    pass.levels = QuestionLevels(options_, schema_, train_examples_);
    pass.repeat_question = options_.features.idempotence > 0;
    pass_.emplace(architecture_, train_examples_, objective_, watched_ ? *watched_ : *optimiser_,
                  pass);
    return OkStatus();
  }

  StatusOr<double> TrainRound(const LocalRound& local, std::span<float> parameters,
                              const std::atomic<bool>& stop) override {
    const int round = local.round;
    if (!pass_) return FailedPrecondition("training before the sites agreed on the normalisation");
    if (!local.correction.empty() && local.correction.size() != parameters.size()) {
      return InvalidArgument("a correction of {} numbers for {} parameters",
                             local.correction.size(), parameters.size());
    }
    averages_.Agreed(round - 1, parameters);
    if (train_.patients == 0) return 0.0;
    const std::vector<float> before(parameters.begin(), parameters.end());
    const std::vector<int> patients = modn::AllOf(train_.patients);
    const std::vector<uint8_t> trainable = Trainable(round);
    const std::vector<float> drift = InEqualParts(local.correction);
    pass_->Add({options_.proximal, before, drift});
    double loss = 0;
    for (int epoch = 0; epoch < options_.local_epochs; ++epoch) {
      const int64_t pass = int64_t{round - 1} * options_.local_epochs + epoch;
      loss = pass_->Run(
          patients, seed_, static_cast<uint64_t>(pass),
          local.rate_factor * optim::RateAt(rates_, pass), trainable, parameters,
          [&stop] { return stop.load(); }, parallel_);
      if (stop) return Cancelled("round {} was interrupted", round);
    }
    if (std::all_of(parameters.begin(), parameters.end(),
                    [](float p) { return std::isfinite(p); })) {
      return loss;
    }
    std::copy(before.begin(), before.end(), parameters.begin());
    return Internal("training left the finite numbers in round {}: lower the learning rate", round);
  }

  std::string SaveState() const override {
    ByteWriter writer;
    writer.U8(kStateVersion);
    writer.U64(static_cast<uint64_t>(optimiser_->state().steps));
    writer.U64(optimiser_->state().moments.size());
    writer.Floats(optimiser_->state().moments);
    averages_.Save(writer);
    return writer.Take();
  }

  Status RestoreState(std::string_view state) override {
    ByteReader reader(state);
    if (const uint8_t version = reader.U8(); version != kStateVersion) {
      return DataLoss("optimiser state of version {}, expected {}", version, kStateVersion);
    }
    optim::OptimiserState restored;
    restored.steps = static_cast<int64_t>(reader.U64());
    const uint64_t moments = reader.U64();
    if (moments > reader.remaining() / sizeof(float)) {
      return DataLoss("optimiser state of {} moments in {} bytes", moments, reader.remaining());
    }
    restored.moments.resize(moments);
    reader.Floats(restored.moments);
    RETURN_IF_ERROR(averages_.Restore(reader));
    RETURN_IF_ERROR(reader.Finish("optimiser state"));
    return optimiser_->Restore(std::move(restored));
  }

  HeldOutPredictions PredictValidation(std::span<const float> parameters) const override {
    return Predict("validation", parameters, validation_examples_);
  }

  std::optional<double> ValidationLoss(std::span<const float> parameters) const override {
    const auto scores =
        SelectionScoresOf(schema_, SelectionSumsOf(schema_, PredictValidation(parameters)));
    return scores ? std::optional(scores->loss) : std::nullopt;
  }

  optim::EarlyStoppingOptions early_stopping() const override { return options_.early_stopping; }

  StatusOr<std::vector<double>> SelectionSums(std::span<const float> parameters,
                                              const std::atomic<bool>&) override {
    averages_.AgreedAtEnd(parameters);
    std::vector<double> sums;
    for (int candidate = 0; candidate <= averages_.count(); ++candidate) {
      const std::vector<double> of_candidate =
          SelectionSumsOf(schema_, PredictValidation(Candidate(candidate, parameters)));
      sums.insert(sums.end(), of_candidate.begin(), of_candidate.end());
    }
    return sums;
  }

  StatusOr<std::vector<float>> Select(std::span<const double> over_sites,
                                      std::span<const float> parameters) override {
    ASSIGN_OR_RETURN(const int best, BestOf(schema_, over_sites, options_.ema.select));
    if (best > averages_.count()) {
      return InvalidArgument("candidate {} of {} was selected", best, 1 + averages_.count());
    }
    const std::span<const float> chosen = Candidate(best, parameters);
    std::vector<float> selected(chosen.begin(), chosen.end());
    KeepFrozen(parameters, selected);
    return selected;
  }

  StatusOr<std::vector<double>> CalibrationSums(std::span<const float> parameters,
                                                const std::atomic<bool>&) override {
    return CalibrationSumsOf(architecture_, parameters, validation_examples_,
                             options_.question_order == modn::QuestionOrder::kFixed
                                 ? Asked::kInOrderOfFeatures
                                 : Asked::kInRandomOrder,
                             seed_);
  }

  Status UseCalibration(std::span<const double> over_sites) override {
    ASSIGN_OR_RETURN(calibration_, FitCalibration(architecture_, options_.coverage, over_sites));
    return OkStatus();
  }

  StatusOr<std::vector<HeldOutPredictions>> PredictHeldOut(std::span<const float> parameters,
                                                           const std::atomic<bool>& stop) override {
    if (!pass_)
      return FailedPrecondition("evaluation before the sites agreed on the normalisation");
    std::vector<HeldOutPredictions> models = {Predict("federated", parameters, test_examples_)};
    if (!calibration_.outcomes.empty()) {
      models.push_back(models.front());
      models.back().model = "uncalibrated";
      models.front() = Calibrated(std::move(models.front()));
    }
    for (const std::string& name : options_.baselines) {
      if (name == "local") {
        ASSIGN_OR_RETURN(HeldOutPredictions local, TrainAlone(stop));
        models.push_back(std::move(local));
      } else if (name == "own_intercept") {
        models.push_back(PredictWithOwnIntercept(name, parameters));
      } else if (const Baseline* baseline = FindBaseline(name)) {
        models.push_back({name,
                          baseline->predict({architecture_, train_examples_, test_examples_,
                                             options_, seed_, rounds_, stop}),
                          test_examples_.labels});
        if (stop) return Cancelled("fitting {} was interrupted", name);
      }
    }
    return models;
  }

  StatusOr<Report> Evaluate(std::span<const float> parameters,
                            const std::atomic<bool>& stop) override {
    ASSIGN_OR_RETURN(const std::vector<HeldOutPredictions> models,
                     PredictHeldOut(parameters, stop));
    return Report{train_.patients, test_.patients, ScoresOf(schema_, models)};
  }

 private:
  int64_t StepsInARound() const {
    return int64_t{options_.local_epochs} *
           ((train_.patients + options_.batch - 1) / options_.batch);
  }

  std::vector<float> InEqualParts(std::span<const float> correction) const {
    std::vector<float> parts(correction.begin(), correction.end());
    for (float& part : parts) part /= static_cast<float>(StepsInARound());
    return parts;
  }

  // The average of a module that never moved may differ from it in the last place.
  void KeepFrozen(std::span<const float> parameters, std::span<float> selected) const {
    for (size_t m = 0; m < start_.frozen().size(); ++m) {
      if (start_.frozen()[m] == 0) continue;
      const Block block = layout().module_block(static_cast<int>(m));
      std::ranges::copy(nn::Slice(parameters, block), nn::Slice(selected, block).begin());
    }
  }

  // 0: the model itself; then its averages.
  std::span<const float> Candidate(int candidate, std::span<const float> parameters) const {
    return candidate == 0 ? parameters : averages_.average(candidate - 1);
  }

  // One byte for each module: does this site hold it, and train it in this round?
  std::vector<uint8_t> Trainable(int round) const {
    std::vector<uint8_t> trainable;
    for (const float weight : Weights()) {
      trainable.push_back(weight > 0 && start_.Trains(trainable.size(), round) ? 1 : 0);
    }
    return trainable;
  }

  HeldOutPredictions Predict(std::string model, std::span<const float> parameters,
                             const modn::Examples& examples) const {
    const std::vector<int> patients = modn::AllOf(examples.patients);
    const std::vector<int> order = modn::AllOf(static_cast<int>(schema_.features.size()));
    modn::StepReading<float> reading = modn::ReadAtEnd<float>(
        architecture_, parameters, examples, {.patients = patients, .order = order});
    return {std::move(model), std::move(reading.probabilities), examples.labels};
  }

  HeldOutPredictions PredictWithOwnIntercept(const std::string& name,
                                             std::span<const float> parameters) const {
    const HeldOutPredictions seen = Predict(name, parameters, train_examples_);
    HeldOutPredictions predictions = Predict(name, parameters, test_examples_);
    for (size_t o = 0; o < architecture_.outcomes.size(); ++o) {
      const int classes = architecture_.outcomes[o].classes;
      if (classes == 0) continue;
      modn::AddIntercept(modn::FitOwnIntercept(seen.probabilities[o], seen.labels[o], classes),
                         predictions.probabilities[o]);
    }
    return predictions;
  }

  // Of the held-out patients.
  HeldOutPredictions Calibrated(HeldOutPredictions raw) const {
    raw.probabilities = Recalibrated(calibration_, test_examples_, std::move(raw.probabilities));
    return raw;
  }

  // A site with nobody to train on has no model of its own: it says the prior.
  StatusOr<HeldOutPredictions> TrainAlone(const std::atomic<bool>& stop) const {
    if (train_.patients == 0) {
      return HeldOutPredictions{
          "local",
          FindBaseline("prior")->predict(
              {architecture_, train_examples_, test_examples_, options_, seed_, rounds_, stop}),
          test_examples_.labels};
    }
    SiteLearner alone(schema_, options_, start_, seed_, rounds_, train_, validation_, test_);
    ASSIGN_OR_RETURN(const std::vector<float> parameters,
                     TrainWithoutExchange(alone, rounds_, stop));
    return alone.Calibrated(alone.Predict("local", parameters, test_examples_));
  }

  const data::Schema schema_;
  const TrainingOptions options_;
  const Start start_;
  const uint64_t seed_;
  const int rounds_;
  const data::Cohort train_;
  const data::Cohort validation_;
  const data::Cohort test_;
  const modn::Architecture architecture_;
  modn::Examples train_examples_;
  modn::Examples validation_examples_;
  modn::Examples test_examples_;
  modn::Objective<float> objective_;
  const optim::RateSchedule rates_;
  std::unique_ptr<optim::Optimiser> optimiser_;
  nn::Parallel parallel_;
  Averages averages_;
  std::unique_ptr<optim::Optimiser>
      watched_;  // optimiser_ and averages_; null if they see rounds only
  std::optional<modn::TrainingPass> pass_;  // once the normalisation is known
  Calibration calibration_;                 // of the final model
};

}  // namespace

StatusOr<std::unique_ptr<Learner>> Learner::Create(const data::Schema& schema,
                                                   const TrainingOptions& options, uint64_t seed,
                                                   int rounds, data::Cohort train,
                                                   data::Cohort test, const Model* start) {
  const modn::Architecture architecture =
      data::ArchitectureOf(schema, options.state, options.hidden, options.feature_decoder_hidden);
  RETURN_IF_ERROR(modn::Validate(architecture));
  ASSIGN_OR_RETURN(Start from,
                   Start::Create(schema, modn::MakeLayout(architecture), options, start));
  RETURN_IF_ERROR(SplitHeldOut(schema, options, seed, train, test));
  data::Cohort validation = SplitValidation(schema, options, seed, train);
  return std::unique_ptr<Learner>(
      std::make_unique<SiteLearner>(schema, options, std::move(from), seed, rounds,
                                    std::move(train), std::move(validation), std::move(test)));
}

}  // namespace consilium::training
