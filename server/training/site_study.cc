#include "server/training/site_study.h"

#include <utility>
#include <vector>

#include "modules/modn/evaluation.h"
#include "server/training/selection.h"

namespace consilium::training {
namespace {

class SiteValidation final : public Validation {
 public:
  SiteValidation(const SiteStudy& study, const Agreed& agreed) : study_(study), agreed_(agreed) {}

  HeldOutPredictions Predict(std::span<const float> parameters) const override {
    return PredictionsOf(study_, "validation", parameters, agreed_.validation);
  }

  std::optional<double> Loss(std::span<const float> parameters) const override {
    const auto scores =
        SelectionScoresOf(study_.schema, SelectionSumsOf(study_.schema, Predict(parameters)));
    return scores ? std::optional(scores->loss) : std::nullopt;
  }

 private:
  const SiteStudy& study_;
  const Agreed& agreed_;
};

}  // namespace

HeldOutPredictions PredictionsOf(const SiteStudy& study, std::string model,
                                 std::span<const float> parameters,
                                 const modn::Examples& patients) {
  const std::vector<int> all = modn::AllOf(patients.patients);
  const std::vector<int> order = modn::AllOf(static_cast<int>(study.schema.features.size()));
  modn::StepReading<float> reading = modn::ReadAtEnd<float>(
      study.architecture, parameters, patients, {.patients = all, .order = order});
  return {std::move(model), std::move(reading.probabilities), patients.labels};
}

std::unique_ptr<Validation> MakeValidation(const SiteStudy& study, const Agreed& agreed) {
  return std::make_unique<SiteValidation>(study, agreed);
}

}  // namespace consilium::training
