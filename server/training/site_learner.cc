#include "server/training/site_learner.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "modules/modn/objective.h"
#include "modules/modn/training.h"
#include "server/data/examples.h"
#include "server/data/normalisation.h"
#include "server/training/objective_options.h"
#include "server/training/optimisation.h"
#include "server/training/parts.h"
#include "server/training/site_study.h"
#include "server/training/sums.h"

namespace consilium::training {
namespace {

constexpr uint8_t kStateVersion = 2;

std::vector<float> WeightsOf(const SiteStudy& study) {
  const data::Catalogue catalogue = data::CatalogueOf(study.train);
  std::vector<float> weights = {static_cast<float>(study.train.patients)};
  for (const int observed : catalogue.observed) weights.push_back(static_cast<float>(observed));
  for (const int labelled : catalogue.labelled) weights.push_back(static_cast<float>(labelled));
  for (size_t f = 0; f < study.schema.features.size(); ++f) {
    if (!modn::HasFeatureDecoder(study.architecture, static_cast<int>(f))) continue;
    weights.push_back(static_cast<float>(catalogue.observed[f]));
  }
  for (size_t m = 0; m < weights.size(); ++m) {
    if (study.start.frozen()[m] != 0) weights[m] = 0;
  }
  return weights;
}

class SiteLearner final : public Learner, private KeptState {
 public:
  explicit SiteLearner(SiteStudy study)
      : study_(std::move(study)),
        weights_(WeightsOf(study_)),
        objective_(study_.architecture, LossOptionsOf(study_.options)),
        rates_(RatesOf(study_.options, study_.rounds)),
        optimiser_(OptimiserOf(study_.options, study_.layout.size())),
        averages_(study_.options.ema, study_.rounds, StepsInARound(), study_.layout.size()),
        watched_(averages_.Watch(*optimiser_)),
        validation_(MakeValidation(study_, agreed_)),
        evaluation_(MakeEvaluation(study_, agreed_)) {
    if (SelectionSize(study_.schema, study_.options) > 0) {
      selection_ = MakeSelection(study_, agreed_, averages_);
    }
    if (CalibrationSize(study_.schema, study_.options) > 0) {
      calibration_ = MakeCalibration(study_, agreed_);
    }
  }

  LearnerFacts Facts() const override {
    std::vector<float> parameters(study_.layout.size());
    modn::Initialise<float>(study_.architecture, study_.layout, study_.seed, parameters);
    study_.start.CopyParameters(parameters);
    std::vector<double> statistics = data::StatisticsOf(study_.schema, study_.train);
    study_.start.CopyStatistics(statistics);
    return {.layout = study_.layout,
            .weights = weights_,
            .initial_parameters = std::move(parameters),
            .statistics = std::move(statistics),
            .frozen = study_.start.frozen(),
            .known_statistics = study_.start.known_statistics(),
            .training_patients = study_.train.patients,
            .early_stopping = study_.options.early_stopping};
  }

  Status UseStatistics(std::span<const double> over_sites) override {
    const TrainingOptions& options = study_.options;
    data::Normalisation normalisation = data::NormalisationFromSchema(study_.schema);
    if (options.federated_normalisation) {
      ASSIGN_OR_RETURN(normalisation, data::NormalisationFrom(study_.schema, over_sites));
    }
    agreed_.train = data::ExamplesOf(study_.schema, normalisation, study_.train);
    agreed_.validation = data::ExamplesOf(study_.schema, normalisation, study_.validation);
    agreed_.test = data::ExamplesOf(study_.schema, normalisation, study_.test);
    agreed_.on_statistics = true;
    modn::PassOptions pass{options.batch, options.answer_dropout, options.gradient_clip,
                           options.masking};
    pass.clip_scope = options.gradient_clip_by;
    pass.order = options.question_order;
    pass.levels = QuestionLevels(options, study_.schema, agreed_.train);
    pass.repeat_question = options.features.idempotence > 0;
    pass_.emplace(study_.architecture, agreed_.train, objective_,
                  watched_ ? *watched_ : *optimiser_, pass);
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
    if (study_.train.patients == 0) return 0.0;
    const std::vector<float> before(parameters.begin(), parameters.end());
    const std::vector<int> patients = modn::AllOf(study_.train.patients);
    const std::vector<uint8_t> trainable = Trainable(round);
    const std::vector<float> drift = InEqualParts(local.correction);
    pass_->Add({study_.options.proximal, before, drift});
    double loss = 0;
    for (int epoch = 0; epoch < study_.options.local_epochs; ++epoch) {
      const int64_t pass = int64_t{round - 1} * study_.options.local_epochs + epoch;
      loss = pass_->Run(
          patients, study_.seed, static_cast<uint64_t>(pass),
          local.rate_factor * optim::RateAt(rates_, pass), trainable, parameters,
          [&stop] { return stop.load(); }, local.parallel);
      if (stop) return Cancelled("round {} was interrupted", round);
    }
    if (std::all_of(parameters.begin(), parameters.end(),
                    [](float p) { return std::isfinite(p); })) {
      return loss;
    }
    std::copy(before.begin(), before.end(), parameters.begin());
    return Internal("training left the finite numbers in round {}: lower the learning rate", round);
  }

  LearnerParts Parts() override {
    return {this, validation_.get(), selection_.get(), calibration_.get(), evaluation_.get()};
  }

 private:
  std::string Save() const override {
    ByteWriter writer;
    writer.U8(kStateVersion);
    writer.U64(static_cast<uint64_t>(optimiser_->state().steps));
    writer.U64(optimiser_->state().moments.size());
    writer.Floats(optimiser_->state().moments);
    averages_.Save(writer);
    return writer.Take();
  }

  Status Restore(std::string_view state) override {
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

  int64_t StepsInARound() const {
    const int batch = study_.options.batch;
    return int64_t{study_.options.local_epochs} * ((study_.train.patients + batch - 1) / batch);
  }

  std::vector<float> InEqualParts(std::span<const float> correction) const {
    std::vector<float> parts(correction.begin(), correction.end());
    for (float& part : parts) part /= static_cast<float>(StepsInARound());
    return parts;
  }

  // One byte for each module: does this site hold it, and train it in this round?
  std::vector<uint8_t> Trainable(int round) const {
    std::vector<uint8_t> trainable;
    for (const float weight : weights_) {
      trainable.push_back(weight > 0 && study_.start.Trains(trainable.size(), round) ? 1 : 0);
    }
    return trainable;
  }

  const SiteStudy study_;
  const std::vector<float> weights_;
  Agreed agreed_;
  modn::Objective<float> objective_;
  const optim::RateSchedule rates_;
  std::unique_ptr<optim::Optimiser> optimiser_;
  Averages averages_;
  // optimiser_ and averages_; null if they see rounds only
  std::unique_ptr<optim::Optimiser> watched_;
  std::optional<modn::TrainingPass> pass_;  // once the normalisation is known

  std::unique_ptr<Validation> validation_;
  std::unique_ptr<ModelSelection> selection_;
  std::unique_ptr<ModelCalibration> calibration_;
  std::unique_ptr<Evaluation> evaluation_;
};

}  // namespace

std::unique_ptr<Learner> MakeLearner(SiteStudy study) {
  return std::make_unique<SiteLearner>(std::move(study));
}

StatusOr<std::unique_ptr<Learner>> MakeSiteLearner(const data::Schema& schema,
                                                   const TrainingOptions& options, uint64_t seed,
                                                   int rounds, data::Cohort train,
                                                   data::Cohort test, const Model* start) {
  const modn::Architecture architecture =
      data::ArchitectureOf(schema, options.state, options.hidden, options.feature_decoder_hidden);
  RETURN_IF_ERROR(modn::Validate(architecture));
  nn::Layout layout = modn::MakeLayout(architecture);
  ASSIGN_OR_RETURN(Start from, Start::Create(schema, layout, options, start));
  RETURN_IF_ERROR(SplitHeldOut(schema, options, seed, train, test));
  data::Cohort validation = SplitValidation(schema, options, seed, train);
  return MakeLearner({schema, options, std::move(from), seed, rounds, std::move(train),
                      std::move(validation), std::move(test), architecture, std::move(layout)});
}

}  // namespace consilium::training
