#include "server/training/calibration_sums.h"
#include "server/training/site_study.h"
#include "server/training/sums.h"

namespace consilium::training {
namespace {

class SiteCalibration final : public ModelCalibration {
 public:
  SiteCalibration(const SiteStudy& study, Agreed& agreed) : study_(study), agreed_(agreed) {}

  size_t size() const override { return CalibrationSize(study_.schema, study_.options); }

  StatusOr<std::vector<double>> Sums(std::span<const float> parameters,
                                     const std::atomic<bool>&) override {
    return CalibrationSumsOf(study_.architecture, parameters, agreed_.validation,
                             study_.options.question_order == modn::QuestionOrder::kFixed
                                 ? Asked::kInOrderOfFeatures
                                 : Asked::kInRandomOrder,
                             study_.seed);
  }

  Status Use(std::span<const double> over_sites) override {
    ASSIGN_OR_RETURN(agreed_.calibration,
                     FitCalibration(study_.architecture, study_.options.coverage, over_sites));
    return OkStatus();
  }

 private:
  const SiteStudy& study_;
  Agreed& agreed_;
};

}  // namespace

std::unique_ptr<ModelCalibration> MakeCalibration(const SiteStudy& study, Agreed& agreed) {
  return std::make_unique<SiteCalibration>(study, agreed);
}

}  // namespace consilium::training
